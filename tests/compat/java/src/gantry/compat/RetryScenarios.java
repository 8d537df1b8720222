package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.readAll;
import static gantry.compat.ProducerScenarios.sent;
import static gantry.compat.ProducerScenarios.text;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Consumers that fail: their messages come again, and lie with the dead letters in the end. */
final class RetryScenarios {
    private RetryScenarios() {
    }

    private static void delivered(Report report, String event, MessageExt message) {
        report.line(event, "body", text(message), "topic", message.getTopic(), "msgId", message.getMsgId(),
            "queueId", message.getQueueId(), "reconsumeTimes", message.getReconsumeTimes(), "tags", message.getTags(),
            "keys", message.getKeys(), "colour", message.getUserProperty("colour"), "flag", message.getFlag(),
            "born", message.getBornTimestamp(), "retryTopic", message.getProperty("RETRY_TOPIC"),
            "origin", message.getProperty("ORIGIN_MESSAGE_ID"), "delay", message.getProperty("DELAY"),
            "realTopic", message.getProperty("REAL_TOPIC"), "at", System.currentTimeMillis());
    }

    private static void send(Target target, Report report, String topic, String... bodies) throws Exception {
        target.producer(producer -> {
            for (String body : bodies) {
                Message message = new Message(topic, "TagA", "key-" + body, bytes(body));
                message.putUserProperty("colour", "红色");
                message.setFlag(7);
                sent(report, producer.send(message), body);
            }
        });
    }

    private static void readDeadLetters(Target target, Report report, String group, int count) throws Exception {
        String topic = "%DLQ%" + group;
        target.admin(admin -> {
            Target.until("route of " + topic, () -> {
                try {
                    admin.examineTopicRouteInfo(topic);
                    return true;
                } catch (Exception notYet) {
                    return false;
                }
            });
            TopicConfig config = admin.examineTopicConfig(target.broker, topic);
            report.line("dlqTopic", "perm", config.getPerm(), "read", config.getReadQueueNums(), "write", config.getWriteQueueNums());
        });
        for (MessageExt message : readAll(target, topic, count)) delivered(report, "dead", message);
    }

    /** Each message fails twice, then it is taken. */
    static void retryTwice(Target target, Report report) throws Exception {
        String topic = target.topic("retryTwice", 1);
        AtomicInteger taken = new AtomicInteger();
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("twice"));
        consumer.subscribe(topic, "TagA");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            MessageExt message = messages.get(0);
            delivered(report, "delivered", message);
            if (message.getReconsumeTimes() == 0) return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            if (message.getReconsumeTimes() == 1) throw new IllegalStateException("fails again");
            taken.incrementAndGet();
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        send(target, report, topic, "one", "two", "three");
        Target.until("three messages at their third delivery", () -> taken.get() >= 3);
        consumer.shutdown();
    }

    /** One return at most: the second failure makes a dead letter. The other asks for the dead letters at once. */
    static void retryDead(Target target, Report report) throws Exception {
        String topic = target.topic("retryDead", 1);
        String group = target.name("once");
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer consumer = target.pushConsumer(group);
        consumer.setMaxReconsumeTimes(1);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            delivered(report, "delivered", messages.get(0));
            count.incrementAndGet();
            if (text(messages.get(0)).equals("at once")) context.setDelayLevelWhenNextConsume(-1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        consumer.start();
        send(target, report, topic, "twice", "at once");
        Target.until("three deliveries", () -> count.get() >= 3);
        readDeadLetters(target, report, group, 2);
        consumer.shutdown();
    }

    /** In order: the queue stands still until the message is given up, then the next one comes. */
    static void retryOrderly(Target target, Report report) throws Exception {
        String topic = target.topic("retryOrderly", 1);
        String group = target.name("inOrder");
        AtomicInteger good = new AtomicInteger();
        DefaultMQPushConsumer consumer = target.pushConsumer(group);
        consumer.setMaxReconsumeTimes(2);
        consumer.setSuspendCurrentQueueTimeMillis(200);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            MessageExt message = messages.get(0);
            delivered(report, "delivered", message);
            if (text(message).equals("bad")) return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
            good.incrementAndGet();
            return ConsumeOrderlyStatus.SUCCESS;
        });
        send(target, report, topic, "first", "bad", "last");
        consumer.start();
        Target.until("the two good ones", () -> good.get() >= 2);
        readDeadLetters(target, report, group, 1);
        consumer.shutdown();
    }
}

package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.sent;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Consumers that filter by SQL92, beside consumers that filter by tags. */
final class FilterScenarios {
    private FilterScenarios() {
    }

    private static void received(Report report, String who, MessageExt message) {
        report.line("received", "who", who, "body", new String(message.getBody(), java.nio.charset.StandardCharsets.UTF_8),
            "queueId", message.getQueueId(), "queueOffset", message.getQueueOffset(),
            "reconsumeTimes", message.getReconsumeTimes(), "number", String.valueOf(message.getUserProperty("number")));
    }

    private static DefaultMQPushConsumer orderly(Target target, Report report, String who, String topic,
        MessageSelector selector, AtomicInteger count) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name(who));
        consumer.subscribe(topic, selector);
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            for (MessageExt message : messages) received(report, who, message);
            count.addAndGet(messages.size());
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        return consumer;
    }

    private static Message numbered(String topic, String tag, int number) {
        Message message = new Message(topic, tag, bytes("message " + number));
        message.putUserProperty("number", String.valueOf(number));
        return message;
    }

    /** Half is there before the consumers come, half comes while they wait. */
    static void sql(Target target, Report report) throws Exception {
        String topic = target.topic("sql", 4);
        AtomicInteger bySql = new AtomicInteger();
        AtomicInteger byTag = new AtomicInteger();
        send(target, report, topic, 0, 100);
        DefaultMQPushConsumer sqlReader = orderly(target, report, "sqlReaders", topic, MessageSelector.bySql(
            "(TAGS = 'TagA' AND number BETWEEN 20 AND 160 AND colour IS NOT NULL) OR place IN ('last', 'not here')"), bySql);
        DefaultMQPushConsumer tagReader =
            orderly(target, report, "tagReaders2", topic, MessageSelector.byTag("TagA"), byTag);
        Target.until("what was there", () -> bySql.get() >= 13 && byTag.get() >= 50);
        send(target, report, topic, 100, 200);
        target.producer(producer -> {
            // Behind every queue's other messages: when these are here, whatever would come has come.
            for (int queue = 0; queue < 4; queue++) {
                Message last = new Message(topic, "TagA", bytes("last " + queue));
                last.putUserProperty("place", "last");
                sent(report, producer.send(last, (all, shipped, id) -> all.get((Integer) id), queue), "last " + queue);
            }
        });
        Target.until("all that match", () -> bySql.get() >= 27 && byTag.get() >= 104);
        sqlReader.shutdown();
        tagReader.shutdown();
    }

    private static void send(Target target, Report report, String topic, int from, int to) throws Exception {
        target.producer(producer -> {
            for (int i = from; i < to; i++) {
                Message message = numbered(topic, i % 2 == 0 ? "TagA" : "TagB", i);
                if (i % 3 == 0) message.putUserProperty("colour", "红色");
                sent(report, producer.send(message, (all, shipped, id) -> all.get((Integer) id % 4), i), "message " + i);
            }
        });
    }

    static void sqlWrong(Target target, Report report) throws Exception {
        String topic = target.topic("sqlWrong", 1);
        for (String expression : new String[] {"number > 'five'", "number BETWEEN 5 AND", "number = 5"})
            startAndReport(target, report, topic, expression);
    }

    /** Against a broker with enablePropertyFilter=false. */
    static void sqlOff(Target target, Report report) throws Exception {
        startAndReport(target, report, target.topic("sqlOff", 1), "number = 5");
    }

    private static void startAndReport(Target target, Report report, String topic, String expression) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("hopefuls" + expression.length()));
        consumer.subscribe(topic, MessageSelector.bySql(expression));
        consumer.registerMessageListener(
            (MessageListenerConcurrently) (messages, context) -> ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        try {
            consumer.start();
            report.line("started", "expression", expression);
            consumer.shutdown();
        } catch (MQClientException refusal) {
            report.line("refused", "expression", expression, "code", refusal.getResponseCode(), "text", refusal.getMessage());
        }
    }

    /** One message of each reader fails once; it comes back through the retry topic, whatever the filter. */
    static void sqlRetry(Target target, Report report) throws Exception {
        String topic = target.topic("sqlRetry", 1);
        AtomicInteger count = new AtomicInteger();
        Set<String> failed = Collections.synchronizedSet(new HashSet<>());
        DefaultMQPushConsumer bySql = failing(target, report, "sqlRetriers", topic, MessageSelector.bySql("number > 5"), failed, count);
        DefaultMQPushConsumer byTag = failing(target, report, "tagRetriers", topic, MessageSelector.byTag("TagB"), failed, count);
        target.producer(producer -> {
            for (int i = 0; i < 10; i++) sent(report, producer.send(numbered(topic, i % 2 == 0 ? "TagA" : "TagB", i)), "message " + i);
        });
        Target.until("4 and 5 messages, one of each twice", () -> count.get() >= 11);
        bySql.shutdown();
        byTag.shutdown();
    }

    private static DefaultMQPushConsumer failing(Target target, Report report, String who, String topic,
        MessageSelector selector, Set<String> failed, AtomicInteger count) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name(who));
        consumer.subscribe(topic, selector);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            boolean again = false;
            for (MessageExt message : messages) {
                received(report, who, message);
                count.incrementAndGet();
                again |= "7".equals(message.getUserProperty("number")) && failed.add(who);
            }
            context.setDelayLevelWhenNextConsume(1);
            return again ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return consumer;
    }
}

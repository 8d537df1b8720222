package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.impl.consumer.ProcessQueue;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Processes that run until they are told to end or killed: members of a group, and a producer that feeds it.
 * Of these several JVMs share a prefix; the property `member` tells them apart.
 */
final class MemberScenarios {
    private static final String MEMBER = System.getProperty("member", "only");
    private static final int QUEUES = 8;

    private MemberScenarios() {
    }

    static String topic(Target target) {
        return target.name("members");
    }

    static String group(Target target) {
        return target.name("membership");
    }

    /** Live queues of the topic. */
    static TreeSet<Integer> queuesOf(DefaultMQPushConsumer consumer, String topic) {
        TreeSet<Integer> queues = new TreeSet<>();
        Map<MessageQueue, ProcessQueue> table =
            consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl().getProcessQueueTable();
        for (Map.Entry<MessageQueue, ProcessQueue> entry : table.entrySet()) {
            boolean isLive = entry.getKey().getTopic().equals(topic) && !entry.getValue().isDropped();
            if (isLive) queues.add(entry.getKey().getQueueId());
        }
        return queues;
    }

    /** Sends to the queues in turn until it is told to end. */
    static void feeder(Target target, Report report) throws Exception {
        String topic = target.topic("members", QUEUES);
        report.line("topic");
        DefaultMQProducer producer = target.producer();
        producer.setInstanceName("feeder");
        producer.start();
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            isOver.set(true);
            Target.until("the last send", () -> reported.getCount() == 0);
        }));
        for (int i = 0; !isOver.get(); i++) {
            Message message = new Message(topic, "TagA", bytes("fed " + i));
            ProducerScenarios.sent(report, producer.send(message, (all, shipped, id) -> all.get((Integer) id % QUEUES), i), "fed " + i);
            Thread.sleep(10);
        }
        producer.shutdown();
        report.line("over");
        reported.countDown();
    }

    private static void consumed(Report report, MessageExt message, String outcome, long begin) {
        report.line("consumed", "who", MEMBER, "body", text(message), "queueId", message.getQueueId(),
            "queueOffset", message.getQueueOffset(), "outcome", outcome, "begin", begin, "end", System.currentTimeMillis());
    }

    private static void stay(DefaultMQPushConsumer consumer, String topic, Report report) throws Exception {
        consumer.start();
        Runtime.getRuntime().addShutdownHook(new Thread(consumer::shutdown));
        TreeSet<Integer> known = null;
        while (true) {
            TreeSet<Integer> queues = queuesOf(consumer, topic);
            if (!queues.equals(known)) report.line("assigned", "who", MEMBER, "queues", known = queues);
            Thread.sleep(20);
        }
    }

    /** Each seventeenth message is refused once: its queue stands still for 100 ms. */
    static void orderlyMember(Target target, Report report) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(group(target));
        consumer.setInstanceName(MEMBER);
        consumer.setConsumeMessageBatchMaxSize(1);
        consumer.setSuspendCurrentQueueTimeMillis(100);
        consumer.subscribe(topic(target), "*");
        Map<Long, Boolean> refused = new ConcurrentHashMap<>();
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            long begin = System.currentTimeMillis();
            MessageExt message = messages.get(0);
            long place = message.getQueueOffset() * QUEUES + message.getQueueId();
            boolean isRefused = place % 17 == 0 && refused.put(place, true) == null;
            consumed(report, message, isRefused ? "suspended" : "taken", begin);
            return isRefused ? ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT : ConsumeOrderlyStatus.SUCCESS;
        });
        stay(consumer, topic(target), report);
    }

    static void member(Target target, Report report) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(group(target));
        consumer.setInstanceName(MEMBER);
        consumer.subscribe(topic(target), "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            long begin = System.currentTimeMillis();
            for (MessageExt message : messages) consumed(report, message, "taken", begin);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        stay(consumer, topic(target), report);
    }
}

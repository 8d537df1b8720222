package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** Lite pull with queues and places of one's own choice, and consumers whose offsets mqadmin sets. */
final class OffsetScenarios {
    private static final int QUEUES = 2;

    private OffsetScenarios() {
    }

    /** Queue 0 gets the even ones. Comes back with the last store time, and after that millisecond. */
    private static void send(Target target, String topic, int from, int to) throws Exception {
        target.producer(producer -> {
            for (int i = from; i < to; i++) {
                producer.send(new Message(topic, bytes("m" + i)), (all, shipped, id) -> all.get((Integer) id % QUEUES), i);
            }
        });
        Thread.sleep(50);
    }

    private static MessageQueue queueOf(DefaultLitePullConsumer consumer, String topic, int queueId) throws Exception {
        for (MessageQueue queue : consumer.fetchMessageQueues(topic)) if (queue.getQueueId() == queueId) return queue;
        throw new IllegalStateException("no queue " + queueId);
    }

    /** Polls until something comes: the first message, and the offset behind the last. */
    private static void poll(DefaultLitePullConsumer consumer, Report report, String where) {
        Target.until("a polled message", () -> {
            List<MessageExt> polled = consumer.poll(500);
            if (polled.isEmpty()) return false;
            report.line("polled", "where", where, "body", text(polled.get(0)),
                "next", polled.get(polled.size() - 1).getQueueOffset() + 1);
            return true;
        });
    }

    static void seeks(Target target, Report report) throws Exception {
        String topic = target.topic("seeks", QUEUES);
        send(target, topic, 0, 20);
        long half = System.currentTimeMillis();
        send(target, topic, 20, 40);
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(target.name("seekers"));
        consumer.setNamesrvAddr(target.namesrv);
        consumer.setInstanceName("seeker");
        consumer.setAutoCommit(false);
        consumer.start();
        MessageQueue queue = queueOf(consumer, topic, 1);
        consumer.assign(Collections.singletonList(queue));
        consumer.seek(queue, 7);
        poll(consumer, report, "7");
        consumer.seekToBegin(queue);
        poll(consumer, report, "begin");
        Long atHalf = consumer.offsetForTimestamp(queue, half);
        consumer.seek(queue, atHalf);
        report.line("half", "offset", atHalf);
        poll(consumer, report, "half");
        consumer.commitSync();
        report.line("committed", "offset", consumer.committed(queue));
        consumer.seekToEnd(queue);
        long begin = System.nanoTime();
        int polled = consumer.poll(700).size();
        report.line("idle", "polled", polled, "ms", (System.nanoTime() - begin) / 1_000_000);
        send(target, topic, 40, 42);
        poll(consumer, report, "end");
        try {
            consumer.seek(queue, 99);
            report.line("seekTooFar", "text", "taken");
        } catch (Exception refused) {
            report.line("seekTooFar", "text", refused.getMessage());
        }
        consumer.shutdown();
    }

    /** Has consumed and committed ten early and ten late messages, says when the late ones began, and stays online. */
    static void resettable(Target target, Report report) throws Exception {
        String topic = target.topic("reset", QUEUES);
        send(target, topic, 0, 10);
        report.line("half", "at", System.currentTimeMillis());
        send(target, topic, 10, 20);
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("resetters"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                report.line("read", "body", text(message));
                count.incrementAndGet();
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.setPersistConsumerOffsetInterval(500);
        consumer.start();
        Target.until("20 messages", () -> count.get() >= 20);
        ConsumerScenarios.untilCommitted(consumer, topic, 20);
        String clientId = consumer.buildMQClientId();
        report.line("online", "clientId", clientId);
        // The class of `mqadmin getConsumerStatus` is there, but no line of mqadmin knows the command.
        target.admin(admin -> {
            for (String asked : new String[] {"", clientId, "nobody"}) {
                Map<String, Map<MessageQueue, Long>> status = admin.getConsumeStatus(topic, target.name("resetters"), asked);
                report.line("asked", "members", status.size());
                for (Map.Entry<String, Map<MessageQueue, Long>> member : status.entrySet()) {
                    for (Map.Entry<MessageQueue, Long> entry : member.getValue().entrySet()) {
                        report.line("status", "asked", asked, "who", member.getKey(),
                            "queueId", entry.getKey().getQueueId(), "offset", entry.getValue());
                    }
                }
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(consumer::shutdown));
    }
}

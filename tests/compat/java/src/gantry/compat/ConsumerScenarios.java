package gantry.compat;

import static gantry.compat.MemberScenarios.queuesOf;
import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.received;
import static gantry.compat.ProducerScenarios.sent;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.consumer.store.OffsetStore;
import org.apache.rocketmq.client.consumer.store.ReadOffsetType;
import org.apache.rocketmq.client.impl.consumer.ProcessQueue;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

final class ConsumerScenarios {
    private ConsumerScenarios() {
    }

    private static DefaultMQPushConsumer start(Target target, Report report, String group, String topic,
        String tags, String who, AtomicInteger count) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(group);
        consumer.subscribe(topic, tags);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                received(report, message);
                report.line("receivedBy", "who", who, "msgId", message.getMsgId(), "queueId", message.getQueueId());
                count.incrementAndGet();
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return consumer;
    }

    private static Map<MessageQueue, ProcessQueue> processQueues(DefaultMQPushConsumer consumer) {
        return consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl().getProcessQueueTable();
    }

    /** Commits until the broker has it: a stock broker may take a late pull's older offset behind it. */
    static void untilCommitted(DefaultMQPushConsumer consumer, String topic, int total) {
        OffsetStore offsets = consumer.getDefaultMQPushConsumerImpl().getOffsetStore();
        Target.until("committed offsets", () -> {
            offsets.persistAll(processQueues(consumer).keySet());
            long committed = 0;
            for (MessageQueue queue : processQueues(consumer).keySet()) {
                if (queue.getTopic().equals(topic)) committed += offsets.readOffset(queue, ReadOffsetType.READ_FROM_STORE);
            }
            return committed == total;
        });
    }

    private static void send(Target target, Report report, String topic, String kind, int count, int queues)
        throws Exception {
        target.producer(producer -> {
            for (int i = 0; i < count; i++) {
                Message message = new Message(topic, "TagA", "key-" + i, bytes(kind + " " + i));
                sent(report, producer.send(message, (all, shipped, id) -> all.get((Integer) id % queues), i), kind + " " + i);
            }
        });
    }

    static void tags(Target target, Report report) throws Exception {
        String topic = target.topic("tags", 4);
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer consumer =
            start(target, report, target.name("tagReaders"), topic, "TagA || TagC", "consumer", count);
        String[] tags = {"TagA", "TagB", "TagC", "标签", null};
        target.producer(producer -> {
            for (int i = 0; i < 100; i++) {
                String tag = tags[i % tags.length];
                sent(report, producer.send(new Message(topic, tag, bytes(tag + " " + i))), tag + " " + i);
            }
            // Behind every queue's other messages: when these are here, whatever would come has come.
            for (int queue = 0; queue < 4; queue++) {
                Message last = new Message(topic, "TagA", bytes("last " + queue));
                sent(report, producer.send(last, (all, shipped, id) -> all.get((Integer) id), queue), "last " + queue);
            }
        });
        Target.until("44 messages with the tags", () -> count.get() >= 44);
        consumer.shutdown();
    }

    static void rebalance(Target target, Report report) throws Exception {
        String topic = target.topic("rebalance", 8);
        String group = target.name("sharers");
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer one = start(target, report, group, topic, "*", "one", count);
        Target.until("all queues at the only member", () -> queuesOf(one, topic).size() == 8);
        report.line("assigned", "when", "alone", "one", queuesOf(one, topic), "two", "[]");
        DefaultMQPushConsumer two = start(target, report, group, topic, "*", "two", count);
        Target.until("equal shares", () -> queuesOf(one, topic).size() == 4 && queuesOf(two, topic).size() == 4);
        report.line("assigned", "when", "shared", "one", queuesOf(one, topic), "two", queuesOf(two, topic));
        send(target, report, topic, "shared", 400, 8);
        Target.until("400 messages", () -> count.get() >= 400);
        two.shutdown();
        Target.until("all queues at the member that stayed", () -> queuesOf(one, topic).size() == 8);
        report.line("assigned", "when", "left", "one", queuesOf(one, topic), "two", "[]");
        one.shutdown();
    }

    static void restart(Target target, Report report) throws Exception {
        String topic = target.topic("restart", 4);
        String group = target.name("restarters");
        int total = 0;
        for (String run : new String[] {"first", "second"}) {
            send(target, report, topic, run, 100, 4);
            AtomicInteger count = new AtomicInteger();
            DefaultMQPushConsumer consumer = start(target, report, group, topic, "*", run, count);
            Target.until("100 messages of the " + run + " run", () -> count.get() >= 100);
            untilCommitted(consumer, topic, total += 100);
            consumer.shutdown();
        }
    }

    static void orderly(Target target, Report report) throws Exception {
        String topic = target.topic("orderly", 4);
        send(target, report, topic, "before", 200, 4);
        AtomicInteger count = new AtomicInteger();
        Map<Integer, AtomicInteger> inside = new ConcurrentHashMap<>();
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("orderlies"));
        consumer.setConsumeMessageBatchMaxSize(3);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            int queueId = context.getMessageQueue().getQueueId();
            AtomicInteger here = inside.computeIfAbsent(queueId, id -> new AtomicInteger());
            if (here.incrementAndGet() > 1) report.line("overlap", "queueId", queueId);
            for (MessageExt message : messages) {
                received(report, message);
                count.incrementAndGet();
            }
            here.decrementAndGet();
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        send(target, report, topic, "during", 200, 4);
        Target.until("400 messages in order", () -> count.get() >= 400);
        for (Map.Entry<MessageQueue, ProcessQueue> entry : processQueues(consumer).entrySet()) {
            if (!entry.getKey().getTopic().equals(topic)) continue;
            report.line("lock", "queueId", entry.getKey().getQueueId(), "locked", entry.getValue().isLocked());
        }
        consumer.shutdown();
    }

    /** Is done when 100 messages are consumed and committed, and stays online for mqadmin to look at. */
    static void online(Target target, Report report) throws Exception {
        String topic = target.topic("online", 4);
        DefaultMQProducer producer = target.producer();
        producer.start();
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer consumer =
            start(target, report, target.name("onliners"), topic, "TagA || TagB", "consumer", count);
        for (int i = 0; i < 100; i++) {
            producer.send(new Message(topic, "TagA", bytes("online " + i)), (all, shipped, id) -> all.get((Integer) id % 4), i);
        }
        Target.until("100 messages", () -> count.get() >= 100);
        untilCommitted(consumer, topic, 100);
        // The heartbeats of start are sent before the producer knows a broker.
        producer.getDefaultMQProducerImpl().getMqClientFactory().sendHeartbeatToAllBrokerWithLock();
        report.line("online", "clientId", consumer.buildMQClientId());
    }

    private static DefaultLitePullConsumer litePull(Target target, String group) {
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(group);
        consumer.setNamesrvAddr(target.namesrv);
        consumer.setInstanceName(group);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setAutoCommit(false);
        return consumer;
    }

    static void litePullSubscribe(Target target, Report report) throws Exception {
        String topic = target.topic("litePull", 2);
        String group = target.name("litePullers");
        send(target, report, topic, "lite", 100, 2);
        DefaultLitePullConsumer consumer = litePull(target, group);
        consumer.subscribe(topic, "*");
        consumer.start();
        AtomicInteger count = new AtomicInteger();
        Target.until("100 polled messages", () -> {
            for (MessageExt message : consumer.poll(500)) {
                received(report, message);
                count.incrementAndGet();
            }
            return count.get() >= 100;
        });
        consumer.commitSync();
        Collection<MessageQueue> queues = consumer.fetchMessageQueues(topic);
        Target.until("committed offsets at the broker", () -> {
            try {
                long committed = 0;
                for (MessageQueue queue : queues) committed += Math.max(0, consumer.committed(queue));
                return committed == 100;
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        report.line("committed");
        consumer.shutdown();
    }

    static void litePullAssign(Target target, Report report) throws Exception {
        String topic = target.topic("assigned", 2);
        send(target, report, topic, "assigned", 40, 2);
        DefaultLitePullConsumer consumer = litePull(target, target.name("assigners"));
        consumer.start();
        MessageQueue queue = null;
        for (MessageQueue each : consumer.fetchMessageQueues(topic)) if (each.getQueueId() == 1) queue = each;
        consumer.assign(Collections.singletonList(queue));
        consumer.seek(queue, 5);
        AtomicLong next = new AtomicLong(5);
        Target.until("15 messages of the assigned queue", () -> {
            List<MessageExt> polled = consumer.poll(500);
            for (MessageExt message : polled) {
                // The client may have asked for the queue's beginning before it was told to seek, and gives that as well.
                if (message.getQueueOffset() < next.get()) continue;
                next.set(message.getQueueOffset() + 1);
                received(report, message);
            }
            return next.get() >= 20;
        });
        consumer.shutdown();
    }
}

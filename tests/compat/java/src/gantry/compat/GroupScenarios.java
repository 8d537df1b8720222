package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.lang.reflect.Method;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Broadcasting, and where a new group begins. */
final class GroupScenarios {
    private static final int QUEUES = 4;

    private GroupScenarios() {
    }

    /** The lines have MessageModel in different packages. */
    private static void broadcast(DefaultMQPushConsumer consumer) throws Exception {
        for (Method method : DefaultMQPushConsumer.class.getMethods()) {
            if (!method.getName().equals("setMessageModel")) continue;
            for (Object model : method.getParameterTypes()[0].getEnumConstants()) {
                if (model.toString().equals("BROADCASTING")) method.invoke(consumer, model);
            }
        }
    }

    private static DefaultMQPushConsumer reader(Target target, Report report, String group, String topic, String who,
        AtomicInteger count) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name(group));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                report.line("read", "who", who, "body", text(message), "queueId", message.getQueueId());
                count.incrementAndGet();
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        return consumer;
    }

    private static void send(Target target, String topic, String kind, int count) throws Exception {
        target.producer(producer -> {
            for (int i = 0; i < count; i++) {
                producer.send(new Message(topic, bytes(kind + " " + i)), (all, shipped, id) -> all.get((Integer) id % QUEUES), i);
            }
        });
    }

    private static void awaitQueues(DefaultMQPushConsumer consumer, String topic) {
        Target.until("all queues", () -> MemberScenarios.queuesOf(consumer, topic).size() == QUEUES);
    }

    /** Two members get everything; one of them goes, and goes on where it was, without what it had. */
    static void broadcasting(Target target, Report report) throws Exception {
        String topic = target.topic("broadcasting", QUEUES);
        AtomicInteger one = new AtomicInteger();
        AtomicInteger two = new AtomicInteger();
        DefaultMQPushConsumer first = reader(target, report, "broadcasters", topic, "one", one);
        DefaultMQPushConsumer second = reader(target, report, "broadcasters", topic, "two", two);
        String name = second.getInstanceName();
        for (DefaultMQPushConsumer consumer : new DefaultMQPushConsumer[] {first, second}) {
            broadcast(consumer);
            consumer.start();
            awaitQueues(consumer, topic);
        }
        send(target, topic, "both", 40);
        Target.until("40 messages each", () -> one.get() >= 40 && two.get() >= 40);
        second.shutdown();
        send(target, topic, "meanwhile", 20);
        Target.until("20 more for the one that stayed", () -> one.get() >= 60);
        AtomicInteger again = new AtomicInteger();
        DefaultMQPushConsumer back = reader(target, report, "broadcasters", topic, "back", again);
        broadcast(back);
        back.setInstanceName(name);
        back.start();
        Target.until("20 messages it had not", () -> again.get() >= 20);
        // Behind them in every queue: whatever else would come has come.
        send(target, topic, "last", QUEUES);
        Target.until("the last ones", () -> again.get() >= 20 + QUEUES && one.get() >= 60 + QUEUES);
        back.shutdown();
        first.shutdown();
    }

    /** A backlog from before a time and from after it, at a broker that calls both old. */
    static void fromWhere(Target target, Report report) throws Exception {
        String topic = target.topic("fromWhere", QUEUES);
        send(target, topic, "old", 20);
        long second = System.currentTimeMillis() / 1000 + 1;
        Target.until("the next second", () -> System.currentTimeMillis() / 1000 > second);
        send(target, topic, "recent", 20);
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer[] consumers = new DefaultMQPushConsumer[4];
        ConsumeFromWhere[] wheres = {ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET, ConsumeFromWhere.CONSUME_FROM_TIMESTAMP,
            ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET, ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET};
        String[] names = {"first", "timestamp", "last", "lastBroadcast"};
        for (int i = 0; i < 4; i++) {
            DefaultMQPushConsumer consumer = reader(target, report, names[i] + "Readers", topic, names[i], count);
            consumer.setConsumeFromWhere(wheres[i]);
            consumer.setConsumeTimestamp(new SimpleDateFormat("yyyyMMddHHmmss").format(new Date(second * 1000)));
            if (i == 3) broadcast(consumer);
            consumer.start();
            awaitQueues(consumer, topic);
            consumers[i] = consumer;
        }
        send(target, topic, "new", 20);
        // Of four groups the old ones 1 time, the recent ones 2 times, the new ones 4 times.
        int expected = Boolean.getBoolean("allYoung") ? 60 * 3 + 20 : 20 + 40 + 80;
        Target.until(expected + " messages", () -> count.get() >= expected);
        send(target, topic, "end", QUEUES);
        Target.until("the end everywhere", () -> count.get() >= expected + 4 * QUEUES);
        for (DefaultMQPushConsumer consumer : consumers) consumer.shutdown();
    }

    /** A young queue is read from its first message, whatever a new group asks for. */
    static void fromWhereYoung(Target target, Report report) throws Exception {
        String topic = target.topic("young", QUEUES);
        send(target, topic, "young", 20);
        AtomicInteger count = new AtomicInteger();
        DefaultMQPushConsumer consumer = reader(target, report, "youngReaders", topic, "young", count);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
        consumer.start();
        Target.until("20 young messages", () -> count.get() >= 20);
        consumer.shutdown();
    }
}

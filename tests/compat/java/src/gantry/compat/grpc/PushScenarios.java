package gantry.compat.grpc;

import static gantry.compat.grpc.Target.message;
import static gantry.compat.grpc.Target.received;
import static gantry.compat.grpc.Target.send;
import static gantry.compat.grpc.Target.text;

import gantry.compat.Report;
import gantry.compat.Runner;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.producer.Producer;

final class PushScenarios {
    private PushScenarios() {
    }

    /** Two members of a group. */
    static void shared(Target target, Report report) throws Exception {
        String topic = target.name("shared");
        String group = target.name("sharers");
        Set<String> came = ConcurrentHashMap.newKeySet();
        try (PushConsumer one = target.push(group, topic, message -> take(report, came, "one", message));
            PushConsumer two = target.push(group, topic, message -> take(report, came, "two", message));
            Producer producer = target.producer(topic)) {
            for (int i = 0; i < 200; i++) send(producer, report, message(topic, "shared " + i).build());
            Runner.until("200 messages", () -> came.size() >= 200);
        }
    }

    private static ConsumeResult take(Report report, Set<String> came, String who,
        org.apache.rocketmq.client.apis.message.MessageView message) {
        received(report, message);
        report.line("by", "who", who, "body", text(message));
        came.add(text(message));
        return ConsumeResult.SUCCESS;
    }

    /** The topic is made when the first message comes to it. */
    private static SimpleConsumer reader(Target target, Report report, String topic) throws Exception {
        for (int i = 0; ; i++) {
            try {
                return target.simple(target.name("undertakers"), topic, Target.ALL, Duration.ofSeconds(5));
            } catch (IllegalStateException notYet) {
                if (i == 100) throw notYet;
                Thread.sleep(1000);
            }
        }
    }

    private static void dead(Target target, Report report, String group, int count) throws Exception {
        try (SimpleConsumer reader = reader(target, report, "%DLQ%" + group)) {
            Target.receive(reader, count, message -> {
                report.line("dead", "body", text(message), "tag", message.getTag().orElse(null), "attempt", message.getDeliveryAttempt(),
                    "msgId", message.getMessageId(), "keys", String.join(" ", message.getKeys()));
                reader.ack(message);
            });
        }
    }

    /** One that fails once, one that always does; the group allows two retries. */
    static void failing(Target target, Report report) throws Exception {
        String topic = target.name("failing");
        String group = target.name("failers");
        AtomicInteger nevers = new AtomicInteger();
        AtomicInteger onces = new AtomicInteger();
        try (PushConsumer consumer = target.push(group, topic, message -> {
            received(report, message);
            if (text(message).equals("never")) {
                nevers.incrementAndGet();
                return ConsumeResult.FAILURE;
            }
            return text(message).equals("once") && onces.incrementAndGet() == 1 ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
        }); Producer producer = target.producer(topic)) {
            for (String fate : new String[] {"never", "once", "fine"})
                send(producer, report, message(topic, fate).setTag("TagA").setKeys("key-" + fate).build());
            Runner.until("three attempts", () -> nevers.get() >= 3 && onces.get() >= 2);
            dead(target, report, group, 1);
        }
    }

    /** Message groups keep their order, also behind one that fails twice. */
    static void fifo(Target target, Report report) throws Exception {
        String topic = target.name("fifo");
        AtomicInteger done = new AtomicInteger();
        AtomicInteger stumbles = new AtomicInteger();
        try (Producer producer = target.producer(topic)) {
            for (int i = 0; i < 10; i++)
                for (String group : new String[] {"g1", "g2", "g3"})
                    send(producer, report, message(topic, group + " " + i).setMessageGroup(group).build());
        }
        try (PushConsumer consumer = target.push(target.name("fifoReaders"), topic, message -> {
            received(report, message);
            if (text(message).equals("g2 4") && stumbles.incrementAndGet() <= 2) return ConsumeResult.FAILURE;
            done.incrementAndGet();
            return ConsumeResult.SUCCESS;
        })) {
            Runner.until("30 messages in order", () -> done.get() >= 30);
        }
    }

    /** In a group of two retries, one that always fails goes to the dead, and those behind it come. */
    static void fifoDead(Target target, Report report) throws Exception {
        String topic = target.name("fifoDead");
        String group = target.name("fifoFailers");
        AtomicInteger done = new AtomicInteger();
        try (Producer producer = target.producer(topic)) {
            for (int i = 0; i < 6; i++) send(producer, report, message(topic, "dead " + i).setMessageGroup("g").setTag("TagA").build());
        }
        try (PushConsumer consumer = target.push(group, topic, message -> {
            received(report, message);
            if (text(message).equals("dead 2")) return ConsumeResult.FAILURE;
            done.incrementAndGet();
            return ConsumeResult.SUCCESS;
        })) {
            Runner.until("five messages", () -> done.get() >= 5);
            dead(target, report, group, 1);
        }
    }

    /** Stays: for what administrators ask of a member. */
    static void online(Target target, Report report) throws Exception {
        String topic = target.name("online");
        target.push(target.name("members"), topic, message -> {
            received(report, message);
            return ConsumeResult.SUCCESS;
        });
        Producer producer = target.producer(topic);
        send(producer, report, message(topic, "hello").build());
        report.line("ready");
    }
}

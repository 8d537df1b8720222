package gantry.compat.grpc;

import static gantry.compat.grpc.Target.message;
import static gantry.compat.grpc.Target.received;
import static gantry.compat.grpc.Target.refused;
import static gantry.compat.grpc.Target.send;
import static gantry.compat.grpc.Target.text;

import gantry.compat.Report;
import gantry.compat.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;

final class ProducerScenarios {
    private static final Duration AWAIT = Duration.ofSeconds(5);

    private ProducerScenarios() {
    }

    /** Each kind of client starts and ends; a producer with four topics. */
    static void startup(Target target, Report report) throws Exception {
        String[] topics = {target.name("startup1"), target.name("startup2"), target.name("startup3"), target.name("startup4")};
        String group = target.name("starters");
        time(report, "first producer", () -> target.producer(topics));
        time(report, "producer", () -> target.producer(topics));
        time(report, "simple", () -> target.simple(group, topics[0], Target.ALL, AWAIT));
        time(report, "push", () -> target.push(group, topics[0], message -> ConsumeResult.SUCCESS));
    }

    interface Start {
        AutoCloseable start() throws Exception;
    }

    private static void time(Report report, String kind, Start start) throws Exception {
        long from = System.nanoTime();
        AutoCloseable client = start.start();
        long startMs = (System.nanoTime() - from) / 1_000_000;
        client.close();
        report.line("started", "kind", kind, "ms", startMs);
    }

    static void normal(Target target, Report report) throws Exception {
        String topic = target.name("normal");
        try (Producer producer = target.producer(topic)) {
            for (int i = 0; i < 20; i++)
                send(producer, report, message(topic, "message " + i).setTag("TagA").setKeys("key-" + i, "all")
                    .addProperty("colour", "红色").addProperty("n", String.valueOf(i)).build());
            List<CompletableFuture<SendReceipt>> sends = new ArrayList<>();
            for (int i = 20; i < 60; i++) sends.add(producer.sendAsync(message(topic, "message " + i).build()));
            for (int i = 20; i < 60; i++)
                report.line("sent", "body", "message " + i, "msgId", sends.get(i - 20).get().getMessageId());
        }
        try (SimpleConsumer consumer = target.simple(target.name("normals"), topic, Target.ALL, AWAIT)) {
            Target.receive(consumer, 60, message -> {
                received(report, message);
                consumer.ack(message);
            });
            long from = System.nanoTime();
            int rest = consumer.receive(16, Target.SHORTEST).size();
            report.line("empty", "count", rest, "ms", (System.nanoTime() - from) / 1_000_000);
        }
    }

    /** Empty, small, and the largest that is taken. */
    static void bodies(Target target, Report report) throws Exception {
        String topic = target.name("bodies");
        int[] sizes = {1, 4097, 1 << 20, 2 << 20, 4_000_000};
        try (Producer producer = target.producer(topic);
            SimpleConsumer consumer = target.simple(target.name("bodyReaders"), topic, Target.ALL, AWAIT)) {
            for (int size : sizes) producer.send(message(topic, "x".repeat(size)).build());
            Target.receive(consumer, sizes.length, message -> {
                report.line("body", "size", message.getBody().remaining(), "whole", text(message).equals("x".repeat(message.getBody().remaining())));
                consumer.ack(message);
            });
        }
    }

    /** What is not taken, by the client or by the server; `mixed` declares nothing that the client could check. */
    static void refusals(Target target, Report report) throws Exception {
        String topic = target.name("refusals");
        try (Producer producer = target.producer(topic)) {
            refused(report, "FIFO to NORMAL", () -> producer.send(message(topic, "x").setMessageGroup("g").build()));
            refused(report, "DELAY to NORMAL",
                () -> producer.send(message(topic, "x").setDeliveryTimestamp(System.currentTimeMillis() + 1000).build()));
            refused(report, "unknown topic", () -> producer.send(message(target.name("nobodyMadeThis"), "x").build()));
            refused(report, "oversize", () -> producer.send(message(topic, "x".repeat((4 << 20) + 1)).build()));
            refused(report, "reserved property", () -> producer.send(message(topic, "x").addProperty("TAGS", "x").build()));
            StringBuilder large = new StringBuilder("x".repeat(16 << 10));
            refused(report, "large properties", () -> producer.send(message(topic, "x").addProperty("large", large.toString()).build()));
            refused(report, "far delay", () -> {
                String delays = target.name("delay");
                producer.send(message(delays, "x").setDeliveryTimestamp(System.currentTimeMillis() + 30L * 86_400_000).build());
            });
            send(producer, report, message(topic, "fitting").build());
        }
    }

    static void delay(Target target, Report report) throws Exception {
        String topic = target.name("delay");
        Set<String> came = ConcurrentHashMap.newKeySet();
        try (Producer producer = target.producer(topic);
            PushConsumer consumer = target.push(target.name("delayReaders"), topic, message -> {
                received(report, message);
                came.add(text(message));
                return ConsumeResult.SUCCESS;
            })) {
            long now = System.currentTimeMillis();
            for (int seconds : new int[] {4, 2, 3, 1, -1})
                send(producer, report, message(topic, "after " + seconds).setTag("TagA").setDeliveryTimestamp(now + seconds * 1000L).build());
            Runner.until("five delayed messages", () -> came.size() >= 5);
        }
    }

    static void recall(Target target, Report report) throws Exception {
        String topic = target.name("recall");
        try (Producer producer = target.producer(topic);
            SimpleConsumer consumer = target.simple(target.name("recallReaders"), topic, Target.ALL, AWAIT)) {
            long now = System.currentTimeMillis();
            Message message = message(topic, "recalled").setDeliveryTimestamp(now + 5000).build();
            SendReceipt receipt = producer.send(message);
            send(producer, report, message(topic, "marker").setDeliveryTimestamp(now + 6000).build());
            String recalled = producer.recallMessage(topic, receipt.getRecallHandle()).getMessageId().toString();
            report.line("recalled", "same", recalled.equals(receipt.getMessageId().toString()));
            refused(report, "no handle", () -> producer.recallMessage(topic, "nonsense"));
            Target.receive(consumer, 1, each -> {
                received(report, each);
                consumer.ack(each);
            });
            report.line("rest", "count", consumer.receive(16, Target.SHORTEST).size());
        }
    }
}

package gantry.compat.grpc;

import static gantry.compat.grpc.Target.message;
import static gantry.compat.grpc.Target.received;
import static gantry.compat.grpc.Target.text;

import gantry.compat.Report;
import gantry.compat.Runner;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/** Needs a broker with a transactionTimeOut and a transactionCheckInterval of some seconds at most. */
final class TransactionScenarios {
    private TransactionScenarios() {
    }

    /** Answers checks as the tag of the message says, and reports them. */
    private static Producer producer(Target target, Report report, String topic) throws Exception {
        Map<String, AtomicInteger> checks = new ConcurrentHashMap<>();
        return Target.PROVIDER.newProducerBuilder().setClientConfiguration(target.configuration()).setTopics(topic)
            .setTransactionChecker(message -> {
                int times = checks.computeIfAbsent(text(message), any -> new AtomicInteger()).incrementAndGet();
                report.line("checked", "body", text(message), "times", times, "tag", message.getTag().orElse(null),
                    "keys", String.join(" ", message.getKeys()), "colour", message.getProperties().get("colour"),
                    "topic", message.getTopic(), "msgId", message.getMessageId());
                switch (message.getTag().orElse("")) {
                    case "checkRollback": return TransactionResolution.ROLLBACK;
                    case "checkTwice": return times < 2 ? TransactionResolution.UNKNOWN : TransactionResolution.COMMIT;
                    default: return TransactionResolution.COMMIT;
                }
            }).build();
    }

    private static void send(Producer producer, Report report, String topic, String fate, int number) throws Exception {
        String body = fate + " " + number;
        Transaction transaction = producer.beginTransaction();
        String id = producer.send(message(topic, body).setTag(fate).setKeys("key-" + number).addProperty("colour", "红色").build(), transaction)
            .getMessageId().toString();
        if (fate.equals("commit")) transaction.commit();
        if (fate.equals("rollback")) transaction.rollback();
        report.line("sent", "body", body, "msgId", id);
    }

    private static PushConsumer consumer(Target target, Report report, String group, String topic, Set<String> came) throws Exception {
        return target.push(target.name(group), topic, message -> {
            received(report, message);
            came.add(text(message));
            return ConsumeResult.SUCCESS;
        });
    }

    /** Every fate; what must not arrive is checked before the marker, which is sent when all is quiet. */
    static void transactions(Target target, Report report) throws Exception {
        String topic = target.name("transactions");
        Set<String> came = ConcurrentHashMap.newKeySet();
        try (PushConsumer consumer = consumer(target, report, "transactionReaders", topic, came);
            Producer producer = producer(target, report, topic)) {
            for (int i = 0; i < 5; i++) for (String fate : new String[] {"commit", "rollback"}) send(producer, report, topic, fate, i);
            for (int i = 0; i < 3; i++)
                for (String fate : new String[] {"checkCommit", "checkRollback", "checkTwice"}) send(producer, report, topic, fate, i);
            Runner.until("5 + 3 + 3 messages", () -> came.size() >= 11);
            send(producer, report, topic, "checkTwice", 99);
            Runner.until("the marker", () -> came.size() >= 12);
        }
    }

    /** A producer that has said nothing for longer than any timeout of the line is still asked. */
    static void patience(Target target, Report report) throws Exception {
        String topic = target.name("patience");
        Set<String> came = ConcurrentHashMap.newKeySet();
        try (PushConsumer consumer = consumer(target, report, "patients", topic, came);
            Producer producer = producer(target, report, topic)) {
            Thread.sleep(Long.getLong("patienceMs"));
            send(producer, report, topic, "checkCommit", 0);
            Runner.until("the message", () -> came.size() >= 1);
        }
    }
}

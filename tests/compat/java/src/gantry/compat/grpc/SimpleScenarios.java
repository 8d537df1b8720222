package gantry.compat.grpc;

import static gantry.compat.grpc.Target.message;
import static gantry.compat.grpc.Target.received;
import static gantry.compat.grpc.Target.refused;
import static gantry.compat.grpc.Target.send;
import static gantry.compat.grpc.Target.text;

import gantry.compat.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.FilterExpressionType;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;

final class SimpleScenarios {
    private static final Duration AWAIT = Duration.ofSeconds(5);

    private SimpleScenarios() {
    }

    private static void ackAll(SimpleConsumer consumer, Report report, int count) throws Exception {
        Target.receive(consumer, count, message -> {
            received(report, message);
            consumer.ack(message);
        });
    }

    /** What can become of a message: acknowledged, expired, given back sooner, kept longer. */
    static void fates(Target target, Report report) throws Exception {
        String topic = target.name("fates");
        try (Producer producer = target.producer(topic);
            SimpleConsumer consumer = target.simple(target.name("fateful"), topic, Target.ALL, AWAIT)) {
            for (String fate : new String[] {"acked", "expired", "sooner", "later"}) send(producer, report, message(topic, fate).build());
            Map<String, MessageView> first = new ConcurrentHashMap<>();
            Map<String, Long> visibleAt = new ConcurrentHashMap<>();
            Target.receive(consumer, 4, message -> {
                received(report, message);
                first.put(text(message), message);
                visibleAt.put(text(message), System.currentTimeMillis() + Target.SHORTEST.toMillis());
            });
            consumer.ack(first.get("acked"));
            consumer.changeInvisibleDuration(first.get("sooner"), Duration.ofSeconds(2));
            visibleAt.put("sooner", System.currentTimeMillis() + 2000);
            consumer.changeInvisibleDuration(first.get("later"), Duration.ofSeconds(15));
            visibleAt.put("later", System.currentTimeMillis() + 15_000);
            Set<String> back = new HashSet<>();
            Target.receive(consumer, 3, message -> {
                received(report, message);
                back.add(text(message));
                report.line("back", "body", text(message), "lateMs", System.currentTimeMillis() - visibleAt.get(text(message)));
                consumer.ack(message);
            });
            report.line("rest", "count", consumer.receive(16, Target.SHORTEST).size());
        }
    }

    /** Handles that are used twice, or are none. */
    static void handles(Target target, Report report) throws Exception {
        String topic = target.name("handles");
        try (Producer producer = target.producer(topic);
            SimpleConsumer consumer = target.simple(target.name("handlers"), topic, Target.ALL, AWAIT)) {
            for (String body : new String[] {"one", "two"}) send(producer, report, message(topic, body).build());
            List<MessageView> messages = new ArrayList<>();
            Target.receive(consumer, 2, messages::add);
            MessageView message = messages.get(0);
            refused(report, "too short", () -> consumer.receive(1, Duration.ofSeconds(1)));
            // With the refusal the stock proxy takes the handle away: one message less.
            refused(report, "too long", () -> consumer.changeInvisibleDuration(messages.get(1), Duration.ofHours(13)));
            refused(report, "acked after refusal", () -> consumer.ack(messages.get(1)));
            consumer.ack(message);
            report.line("acked");
            refused(report, "acked twice", () -> consumer.ack(message));
            refused(report, "changed after ack", () -> consumer.changeInvisibleDuration(message, Duration.ofSeconds(20)));
        }
    }

    static void filters(Target target, Report report) throws Exception {
        String topic = target.name("filters");
        try (Producer producer = target.producer(topic)) {
            for (int i = 0; i < 30; i++)
                send(producer, report, message(topic, "message " + i).setTag("Tag" + "ABC".charAt(i % 3))
                    .addProperty("n", String.valueOf(i)).addProperty("colour", i % 2 == 0 ? "red" : "blue").build());
        }
        FilterExpression tags = new FilterExpression("TagA||TagC", FilterExpressionType.TAG);
        try (SimpleConsumer consumer = target.simple(target.name("byTag"), topic, tags, AWAIT)) {
            ackAll(consumer, report, 20);
            report.line("rest", "count", consumer.receive(16, Target.SHORTEST).size());
        }
        report.line("next");
        FilterExpression sql = new FilterExpression("n > 9 AND colour = 'red'", FilterExpressionType.SQL92);
        try (SimpleConsumer consumer = target.simple(target.name("bySql"), topic, sql, AWAIT)) {
            ackAll(consumer, report, 10);
            report.line("rest", "count", consumer.receive(16, Target.SHORTEST).size());
        }
        refused(report, "wrong SQL", () -> {
            FilterExpression wrong = new FilterExpression("n >", FilterExpressionType.SQL92);
            try (SimpleConsumer consumer = target.simple(target.name("bySql2"), topic, wrong, AWAIT)) {
                consumer.receive(1, Target.SHORTEST);
            }
        });
    }
}

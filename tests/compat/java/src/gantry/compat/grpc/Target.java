package gantry.compat.grpc;

import gantry.compat.Report;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientConfigurationBuilder;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.FilterExpressionType;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;

/** Where a scenario's clients go, and clients as applications build them: what is not named has its default. */
final class Target {
    static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();
    static final FilterExpression ALL = new FilterExpression("*", FilterExpressionType.TAG);
    /** The least that the stock proxy grants. */
    static final Duration SHORTEST = Duration.ofSeconds(10);
    private final String prefix = System.getProperty("prefix");

    /** Topics and groups bear it; the test has made them. */
    String name(String kind) {
        return prefix + "_" + kind;
    }

    ClientConfiguration configuration() {
        ClientConfigurationBuilder builder = ClientConfiguration.newBuilder().setEndpoints(System.getProperty("endpoints"));
        if (System.getProperty("ssl") != null) builder.enableSsl(Boolean.getBoolean("ssl"));
        return builder.build();
    }

    Producer producer(String... topics) throws ClientException {
        return PROVIDER.newProducerBuilder().setClientConfiguration(configuration()).setTopics(topics).build();
    }

    SimpleConsumer simple(String group, String topic, FilterExpression filter, Duration await) throws ClientException {
        return PROVIDER.newSimpleConsumerBuilder().setClientConfiguration(configuration()).setConsumerGroup(group)
            .setAwaitDuration(await).setSubscriptionExpressions(Collections.singletonMap(topic, filter)).build();
    }

    PushConsumer push(String group, String topic, MessageListener listener) throws ClientException {
        return PROVIDER.newPushConsumerBuilder().setClientConfiguration(configuration()).setConsumerGroup(group)
            .setSubscriptionExpressions(Collections.singletonMap(topic, ALL)).setMessageListener(listener).build();
    }

    static MessageBuilder message(String topic, String body) {
        return PROVIDER.newMessageBuilder().setTopic(topic).setBody(body.getBytes(StandardCharsets.UTF_8));
    }

    static String send(Producer producer, Report report, Message message) throws ClientException {
        String id = producer.send(message).getMessageId().toString();
        report.line("sent", "body", text(message.getBody()), "msgId", id);
        return id;
    }

    static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        return bytes;
    }

    static String text(ByteBuffer body) {
        return new String(bytes(body), StandardCharsets.UTF_8);
    }

    static String text(MessageView message) {
        return text(message.getBody());
    }

    static void received(Report report, MessageView message) {
        report.line("received", "body", text(message), "topic", message.getTopic(), "tag", message.getTag().orElse(null),
            "keys", String.join(" ", message.getKeys()), "properties", new TreeMap<>(message.getProperties()),
            "group", message.getMessageGroup().orElse(null), "due", message.getDeliveryTimestamp().orElse(null),
            "msgId", message.getMessageId(), "attempt", message.getDeliveryAttempt(), "born", message.getBornTimestamp(),
            "at", System.currentTimeMillis());
    }

    interface Each {
        void take(MessageView message) throws Exception;
    }

    /** Receives until so many have come. */
    static void receive(SimpleConsumer consumer, int count, Each each) throws Exception {
        long end = System.nanoTime() + 120_000_000_000L;
        for (int came = 0; came < count;) {
            if (System.nanoTime() > end) throw new IllegalStateException("waited in vain: " + came + " of " + count);
            List<MessageView> messages = consumer.receive(16, SHORTEST);
            for (MessageView message : messages) each.take(message);
            came += messages.size();
        }
    }

    /** What a call that must fail fails with; the code is the protocol's, where it came from the server. */
    static void refused(Report report, String what, Attempt attempt) {
        try {
            attempt.make();
            report.line("taken", "what", what);
        } catch (Throwable failure) {
            Throwable cause = failure.getCause() != null && failure.getClass() == ClientException.class ? failure.getCause() : failure;
            String text = String.valueOf(cause.getMessage());
            java.util.regex.Matcher code = java.util.regex.Pattern.compile("response-code=(\\d+)").matcher(text);
            report.line("refused", "what", what, "error", cause.getClass().getSimpleName(),
                "code", code.find() ? Integer.valueOf(code.group(1)) : null, "text", text);
        }
    }

    interface Attempt {
        void make() throws Exception;
    }
}

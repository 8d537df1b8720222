package gantry.compat.grpc;

import static gantry.compat.grpc.Target.ALL;
import static gantry.compat.grpc.Target.PROVIDER;

import gantry.compat.InteropPlan;
import gantry.compat.Report;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.producer.Producer;

/** Sends what the plan says, or receives what others have sent by it. */
final class InteropScenarios {
    private InteropScenarios() {
    }

    static void produce(Target target, Report report) throws Exception {
        String[] topics = InteropPlan.read().stream().map(planned -> planned.topic).distinct().toArray(String[]::new);
        try (Producer producer = target.producer(topics)) {
            for (InteropPlan planned : InteropPlan.read()) {
                MessageBuilder message = PROVIDER.newMessageBuilder().setTopic(planned.topic).setBody(planned.body);
                if (!planned.tag.isEmpty()) message.setTag(planned.tag);
                if (planned.keys.length > 0) message.setKeys(planned.keys);
                planned.properties.forEach(message::addProperty);
                if (!planned.group.isEmpty()) message.setMessageGroup(planned.group);
                long due = planned.delayMs == 0 ? 0 : System.currentTimeMillis() + planned.delayMs;
                if (due > 0) message.setDeliveryTimestamp(due);
                InteropPlan.sent(report, planned, producer.send(message.build()).getMessageId().toString(), due);
            }
        }
    }

    /** Stays online. */
    static void consume(Target target, Report report) throws Exception {
        for (String kind : new String[] {"any", "orderly"}) {
            Map<String, FilterExpression> subscriptions = new HashMap<>();
            for (String topic : InteropPlan.list(kind + ".topics")) subscriptions.put(topic, ALL);
            PROVIDER.newPushConsumerBuilder().setClientConfiguration(target.configuration())
                .setConsumerGroup(System.getProperty(kind + ".group")).setSubscriptionExpressions(subscriptions)
                .setMessageListener(message -> {
                    try {
                        InteropPlan.received(report, message.getTopic(), Target.bytes(message.getBody()),
                            message.getTag().orElse(""), String.join(" ", message.getKeys()), message.getProperties(),
                            message.getMessageGroup().orElse(""), message.getMessageId().toString(), message.getDeliveryAttempt());
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                    return ConsumeResult.SUCCESS;
                }).build();
        }
        report.line("ready");
    }
}

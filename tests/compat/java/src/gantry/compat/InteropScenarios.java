package gantry.compat;

import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageExt;

/** Sends what the plan says, or receives what others have sent by it. */
final class InteropScenarios {
    private InteropScenarios() {
    }

    static void produce(Target target, Report report) throws Exception {
        target.producer(producer -> {
            for (InteropPlan planned : InteropPlan.read()) {
                Message message = new Message(planned.topic, planned.body);
                if (!planned.tag.isEmpty()) message.setTags(planned.tag);
                if (planned.keys.length > 0) message.setKeys(String.join(" ", planned.keys));
                planned.properties.forEach(message::putUserProperty);
                long due = planned.delayMs == 0 ? 0 : System.currentTimeMillis() + planned.delayMs;
                // As setDeliverTimeMs of the 5.x line does.
                if (due > 0) MessageAccessor.putProperty(message, "TIMER_DELIVER_MS", String.valueOf(due));
                SendResult result;
                if (planned.group.isEmpty()) result = producer.send(message);
                else {
                    MessageAccessor.putProperty(message, "__SHARDINGKEY", planned.group);
                    result = producer.send(message, (queues, any, group) -> queues.get(Math.floorMod(group.hashCode(), queues.size())),
                        planned.group);
                }
                InteropPlan.sent(report, planned, result.getMsgId(), due);
            }
        });
    }

    private static DefaultMQPushConsumer consumer(Target target, String kind) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(System.getProperty(kind + ".group"));
        for (String topic : InteropPlan.list(kind + ".topics")) consumer.subscribe(topic, "*");
        return consumer;
    }

    private static void received(Report report, Iterable<MessageExt> messages) {
        try {
            for (MessageExt message : messages) {
                InteropPlan.received(report, message.getTopic(), message.getBody(), message.getTags(), message.getKeys(),
                    message.getProperties(), message.getProperty("__SHARDINGKEY"), message.getMsgId(),
                    message.getReconsumeTimes() + 1);
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Stays online. */
    static void consume(Target target, Report report) throws Exception {
        DefaultMQPushConsumer any = consumer(target, "any");
        any.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            received(report, messages);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        any.start();
        DefaultMQPushConsumer orderly = consumer(target, "orderly");
        orderly.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            received(report, messages);
            return ConsumeOrderlyStatus.SUCCESS;
        });
        orderly.start();
        report.line("ready");
    }
}

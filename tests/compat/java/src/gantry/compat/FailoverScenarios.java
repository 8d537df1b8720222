package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A producer and a consumer that stay while brokers die and come back. */
final class FailoverScenarios {
    private FailoverScenarios() {
    }

    /** Sends until it is told to end, and ends when everything it was told is stored has been consumed. */
    static void failover(Target target, Report report) throws Exception {
        String topic = target.name("failover");
        Set<String> stored = ConcurrentHashMap.newKeySet();
        Set<String> consumed = ConcurrentHashMap.newKeySet();
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("survivors"));
        consumer.setPollNameServerInterval(1000);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                boolean isFirst = consumed.add(text(message));
                report.line("consumed", "body", text(message), "broker", context.getMessageQueue().getBrokerName(), "first", isFirst);
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        DefaultMQProducer producer = target.producer();
        producer.setPollNameServerInterval(1000);
        producer.start();
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            isOver.set(true);
            Target.until("the last message", () -> reported.getCount() == 0);
        }));
        for (int i = 0; !isOver.get(); i++) {
            String body = "message " + i;
            try {
                SendResult result = producer.send(new Message(topic, "TagA", bytes(body)));
                if (result.getSendStatus() == SendStatus.SEND_OK) stored.add(body);
                report.line("sent", "body", body, "status", result.getSendStatus().name(), "broker", result.getMessageQueue().getBrokerName());
            } catch (Exception failure) {
                report.line("failed to send", "body", body, "error", String.valueOf(failure));
            }
            Thread.sleep(10);
        }
        producer.shutdown();
        Target.until("everything that was stored", () -> consumed.containsAll(stored));
        report.line("over", "stored", stored.size(), "consumed", consumed.size());
        consumer.shutdown();
        reported.countDown();
    }
}

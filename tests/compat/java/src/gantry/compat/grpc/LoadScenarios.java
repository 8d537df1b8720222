package gantry.compat.grpc;

import static gantry.compat.grpc.Target.message;
import static gantry.compat.grpc.Target.text;

import gantry.compat.Report;
import gantry.compat.Runner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.producer.Producer;

final class LoadScenarios {
    private static final int COUNT = 2000;

    private LoadScenarios() {
    }

    /** Sends one after the other while servers come and go; what is refused is sent again, as an application would. */
    static void load(Target target, Report report) throws Exception {
        String topic = target.name("load");
        Set<String> came = ConcurrentHashMap.newKeySet();
        try (PushConsumer consumer = target.push(target.name("loadReaders"), topic, message -> {
            report.line("received", "body", text(message), "attempt", message.getDeliveryAttempt());
            came.add(text(message));
            return ConsumeResult.SUCCESS;
        }); Producer producer = target.producer(topic)) {
            for (int i = 0; i < COUNT; i++) {
                String body = "message " + i;
                long from = System.nanoTime();
                for (boolean isSent = false; !isSent;) {
                    try {
                        producer.send(message(topic, body).build());
                        isSent = true;
                    } catch (ClientException | RuntimeException refusal) {
                        report.line("refused", "body", body, "error", refusal.toString());
                        Thread.sleep(100);
                    }
                }
                report.line("sent", "body", body, "ms", (System.nanoTime() - from) / 1_000_000);
                Thread.sleep(5);
            }
            Runner.until("all messages", () -> came.size() >= COUNT);
        }
    }
}

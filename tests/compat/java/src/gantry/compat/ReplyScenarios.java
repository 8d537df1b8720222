package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.RequestTimeoutException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Requests that wait for an answer of whoever consumes them. */
final class ReplyScenarios {
    private ReplyScenarios() {
    }

    /** Answers every request with its text and a tail of many bytes, which travels compressed. */
    private static DefaultMQPushConsumer answerer(Target target, Report report, String topic, DefaultMQProducer producer,
        AtomicInteger answers) throws Exception {
        String tail = String.join("", Collections.nCopies(1000, " answer"));
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("answerers"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                try {
                    Message answer = MessageUtil.createReplyMessage(message, bytes(text(message) + tail));
                    answer.putUserProperty("colour", "红色");
                    SendResult result = producer.send(answer, 10_000);
                    report.line("answered", "body", text(message), "status", result.getSendStatus(),
                        "queueId", result.getMessageQueue().getQueueId(), "topic", result.getMessageQueue().getTopic());
                } catch (Exception failure) {
                    report.line("answerFailed", "body", text(message), "error", failure);
                }
                answers.incrementAndGet();
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return consumer;
    }

    private static void got(Report report, String kind, Message answer) {
        String body = new String(answer.getBody(), java.nio.charset.StandardCharsets.UTF_8);
        report.line("got", "kind", kind, "begin", body.substring(0, body.indexOf(' ')), "length", body.length(),
            "colour", answer.getUserProperty("colour"), "type", answer.getProperty("MSG_TYPE"),
            "pushed", answer.getProperty("PUSH_REPLY_TIME") != null, "arrived", answer.getProperty("ARRIVE_TIME") != null,
            "topic", answer.getTopic());
    }

    static void reply(Target target, Report report) throws Exception {
        String topic = target.topic("reply", 2);
        String silent = target.topic("replySilent", 1);
        target.producer(producer -> {
            AtomicInteger answers = new AtomicInteger();
            DefaultMQPushConsumer consumer = answerer(target, report, topic, producer, answers);
            for (int i = 0; i < 5; i++) {
                try {
                    got(report, "sync", producer.request(new Message(topic, "TagA", bytes("sync-" + i)), 60_000));
                } catch (RequestTimeoutException early) {
                    // 5.3.3 waits for the answer to its send only, not for the reply.
                    report.line("tooSoon", "body", "sync-" + i);
                }
            }
            CountDownLatch open = new CountDownLatch(5);
            for (int i = 0; i < 5; i++) {
                producer.request(new Message(topic, "TagA", bytes("async-" + i)), new RequestCallback() {
                    @Override
                    public void onSuccess(Message answer) {
                        got(report, "async", answer);
                        open.countDown();
                    }

                    @Override
                    public void onException(Throwable failure) {
                        report.line("asyncFailed", "error", failure);
                        open.countDown();
                    }
                }, 60_000);
            }
            open.await();
            Target.until("ten answers", () -> answers.get() >= 10);
            long begun = System.nanoTime();
            try {
                got(report, "silent", producer.request(new Message(silent, "TagA", bytes("nobody")), 1500));
            } catch (RequestTimeoutException late) {
                report.line("timeout", "ms", (System.nanoTime() - begun) / 1_000_000);
            }
            AtomicInteger failures = new AtomicInteger();
            producer.request(new Message(silent, "TagA", bytes("nobody")), new RequestCallback() {
                @Override
                public void onSuccess(Message answer) {
                    got(report, "silent", answer);
                    failures.incrementAndGet();
                }

                @Override
                public void onException(Throwable failure) {
                    report.line("asyncTimeout", "error", failure.getClass().getSimpleName());
                    failures.incrementAndGet();
                }
            }, 500);
            Target.until("the asynchronous timeout", () -> failures.get() > 0);
            // To somebody who asked and went away.
            Message orphan = new Message("DefaultCluster_REPLY_TOPIC", bytes("to nobody"));
            orphan.putUserProperty("colour", "blue");
            org.apache.rocketmq.common.message.MessageAccessor.putProperty(orphan, "MSG_TYPE", "reply");
            org.apache.rocketmq.common.message.MessageAccessor.putProperty(orphan, "CORRELATION_ID", "none");
            org.apache.rocketmq.common.message.MessageAccessor.putProperty(orphan, "REPLY_TO_CLIENT", "10.0.0.9@gone");
            try {
                producer.send(orphan, 10_000);
                report.line("orphanSent");
            } catch (Exception refusal) {
                report.line("orphan", "text", String.valueOf(refusal.getCause()));
            }
            consumer.shutdown();
        });
        ProducerScenarios.readAll(target, "DefaultCluster_REPLY_TOPIC", 10).stream()
            .filter(message -> message.getProperty("CORRELATION_ID") != null)
            .forEach(message -> report.line("stored", "colour", message.getUserProperty("colour")));
    }
}

package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.readAll;
import static gantry.compat.ProducerScenarios.sent;

import java.util.Random;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;

/** Against a broker with autoCreateTopicEnable=false and maxMessageSize=65536. */
final class RefusalScenarios {
    private RefusalScenarios() {
    }

    static void unknownTopic(Target target, Report report) throws Exception {
        String known = target.topic("known", 1);
        String unknown = target.name("unknown");
        target.producer(producer -> {
            SendResult result = producer.send(new Message(known, bytes("known")));
            sent(report, result, "known");
            try {
                sent(report, producer.send(new Message(unknown, bytes("unknown"))), "unknown");
            } catch (MQClientException refusal) {
                report.line("noRoute", "code", refusal.getResponseCode(), "text", refusal.getMessage());
            }
            // The producer knows the broker by now, so this one reaches it without a route.
            MessageQueue queue = new MessageQueue(unknown, result.getMessageQueue().getBrokerName(), 0);
            try {
                sent(report, producer.send(new Message(unknown, bytes("unknown")), queue), "unknown");
            } catch (MQBrokerException refusal) {
                report.line("refused", "code", refusal.getResponseCode(), "text", refusal.getMessage());
            }
        });
    }

    static void oversize(Target target, Report report) throws Exception {
        String topic = target.topic("oversize", 1);
        byte[] noise = new byte[70_000];
        new Random(1).nextBytes(noise);
        target.producer(producer -> {
            producer.setMaxMessageSize(1 << 23);
            producer.setCompressMsgBodyOverHowmuch(1 << 23);
            try {
                sent(report, producer.send(new Message(topic, noise)), "too large");
            } catch (MQBrokerException refusal) {
                report.line("refused", "code", refusal.getResponseCode(), "text", refusal.getMessage());
            }
            byte[] fitting = new byte[60_000];
            System.arraycopy(noise, 0, fitting, 0, fitting.length);
            sent(report, producer.send(new Message(topic, fitting)), "fitting");
        });
        report.line("stored", "messages", readAll(target, topic, 1).size());
    }
}

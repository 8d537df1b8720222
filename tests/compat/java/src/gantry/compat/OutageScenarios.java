package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;

import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

/** A producer as applications have it, with the client's defaults, while masters die. */
final class OutageScenarios {
    private OutageScenarios() {
    }

    /** Of the machine's monotonic clock, as Node's hrtime. */
    private static double now() {
        return System.nanoTime() / 1e6;
    }

    /** Sends one after the other until it is killed. */
    static void outage(Target target, Report report) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer(target.name("outage"));
        producer.setNamesrvAddr(target.namesrv);
        producer.start();
        String topic = System.getProperty("outage.topic");
        for (int i = 0; ; i++) {
            double began = now();
            try {
                SendResult result = producer.send(new Message(topic, bytes("message " + i)));
                report.line("sent", "began", began, "ended", now(), "status", result.getSendStatus(),
                    "broker", result.getMessageQueue().getBrokerName());
            } catch (Exception failure) {
                report.line("refused", "began", began, "ended", now(), "error", failure.toString());
            }
            Thread.sleep(5);
        }
    }
}

package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.readAll;
import static gantry.compat.ProducerScenarios.received;
import static gantry.compat.ProducerScenarios.sent;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Large bodies in every compression a client knows, and a large batch. */
final class BodyScenarios {
    private static final int MAX_BODY = 4 * 1024 * 1024;

    private BodyScenarios() {
    }

    private static byte[] text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; text.length() < length; i++) text.append("order ").append(i * 7919 % 100_003).append(" of customer ").append(i % 97).append('\n');
        text.setLength(length);
        return bytes(text.toString());
    }

    private static long crc(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return crc.getValue();
    }

    /** False where the client knows zlib only. */
    private static boolean choose(DefaultMQProducer producer, String type) throws Exception {
        try {
            Class<?> types = Class.forName("org.apache.rocketmq.common.compression.CompressionType");
            Method set = producer.getClass().getMethod("setCompressType", types);
            set.invoke(producer, types.getMethod("of", String.class).invoke(null, type));
            return true;
        } catch (ClassNotFoundException | NoSuchMethodException unknown) {
            return type.equals("ZLIB");
        }
    }

    static void bigBodies(Target target, Report report) throws Exception {
        String topic = target.topic("bigBodies", 1);
        byte[] body = text(MAX_BODY);
        int count = 0;
        for (String type : new String[] {"ZLIB", "LZ4", "ZSTD"}) {
            DefaultMQProducer producer = target.producer();
            producer.setMaxMessageSize(MAX_BODY);
            if (!choose(producer, type)) continue;
            producer.start();
            SendResult result = producer.send(new Message(topic, type, body), 60_000);
            report.line("big", "type", type, "status", result.getSendStatus(), "crc", crc(body));
            producer.shutdown();
            count++;
        }
        for (MessageExt message : readAll(target, topic, count))
            report.line("read", "type", message.getTags(), "crc", crc(message.getBody()), "length", message.getBody().length,
                "sysFlag", message.getSysFlag(), "isSmaller", message.getStoreSize() < MAX_BODY / 2);
    }

    static void bigBatch(Target target, Report report) throws Exception {
        String topic = target.topic("bigBatch", 1);
        target.producer(producer -> {
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < 100; i++) batch.add(new Message(topic, "TagA", "key-" + i, bytes("batch " + i)));
            sent(report, producer.send(batch), "batch");
        });
        for (MessageExt message : readAll(target, topic, 100)) received(report, message);
    }
}

package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.hook.SendMessageContext;
import org.apache.rocketmq.client.hook.SendMessageHook;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * An application of the chaos test on the official client: `producer` or `consumer`, with a journal as the Node ones keep
 * it (tests/chaos/clients). Properties: chaos.namesrv, chaos.path, chaos.name; chaos.workers (topics, a thread each; one
 * that begins with `=` is sent to in order, through a selector), chaos.pauseMs; chaos.group, chaos.topics.
 */
public final class ChaosClient {
    private static final int CLIENT_INTERVAL_MS = 3_000;
    private static final String CLIENT = "chaos.client";
    private static final String ID = "chaos.id";
    /** Of the body as it was made: a hook sees it compressed. */
    private static final String HASH = "chaos.hash";

    private static final String NAME = System.getProperty("chaos.name");
    private static FileOutputStream journal;
    private static volatile boolean isRunning = true;

    private ChaosClient() {
    }

    public static void main(String[] role) throws Exception {
        journal = new FileOutputStream(System.getProperty("chaos.path"), true);
        try {
            if (role[0].equals("producer")) produce();
            else consume();
        } catch (Exception failure) {
            // Threads of the client would keep the process.
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /** Pairs of name and value; time first, in ms of the machine's monotonic clock, as Node's hrtime. */
    private static synchronized void note(String kind, String client, Object... pairs) {
        StringBuilder row = new StringBuilder("{\"time\":").append(System.nanoTime() / 1e6);
        row.append(",\"kind\":\"").append(kind).append("\",\"client\":\"").append(client).append('"');
        for (int i = 0; i < pairs.length; i += 2) {
            row.append(",\"").append(pairs[i]).append("\":");
            if (pairs[i + 1] instanceof Number) row.append(pairs[i + 1]);
            else row.append('"').append(pairs[i + 1]).append('"');
        }
        try {
            journal.write(bytes(row.append("}\n").toString()));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String hashOf(byte[] body) {
        try {
            StringBuilder hex = new StringBuilder();
            for (byte b : MessageDigest.getInstance("SHA-1").digest(body)) hex.append(String.format("%02x", b));
            return hex.substring(0, 20);
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String place(String brokerName, String topic) {
        return brokerName + "/" + topic;
    }

    /** Notes each attempt: the client's own retries go to other brokers. */
    private static final class Notes implements SendMessageHook {
        @Override
        public String hookName() {
            return "chaos";
        }

        @Override
        public void sendMessageBefore(SendMessageContext context) {
            Message message = context.getMessage();
            MessageQueue queue = context.getMq();
            note("attempt", message.getUserProperty(CLIENT), "id", message.getUserProperty(ID),
                "bodyHash", message.getUserProperty(HASH), "topic", place(queue.getBrokerName(), queue.getTopic()),
                "queueId", queue.getQueueId());
        }

        @Override
        public void sendMessageAfter(SendMessageContext context) {
            Message message = context.getMessage();
            String client = message.getUserProperty(CLIENT);
            String id = message.getUserProperty(ID);
            SendResult result = context.getSendResult();
            if (result != null && result.getSendStatus() == SendStatus.SEND_OK)
                note("ack", client, "id", id, "offset", result.getQueueOffset());
            else
                note("unknown", client, "id", id, "why", result == null ? why(context.getException()) : result.getSendStatus());
        }
    }

    private static String why(Throwable failure) {
        if (failure instanceof MQBrokerException) return "code " + ((MQBrokerException) failure).getResponseCode();
        return failure == null ? "nothing" : failure.getClass().getSimpleName();
    }

    private static void produce() throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("producers_" + NAME);
        producer.setNamesrvAddr(System.getProperty("chaos.namesrv"));
        producer.setPollNameServerInterval(CLIENT_INTERVAL_MS);
        producer.setHeartbeatBrokerInterval(CLIENT_INTERVAL_MS);
        // What is stored is compared with what was made.
        producer.setCompressMsgBodyOverHowmuch(1 << 20);
        producer.getDefaultMQProducerImpl().registerSendMessageHook(new Notes());
        producer.start();
        String[] topics = System.getProperty("chaos.workers").split(",");
        CountDownLatch working = new CountDownLatch(topics.length);
        CountDownLatch told = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            isRunning = false;
            Target.until("the last send", () -> told.getCount() == 0);
        }));
        note("ready", NAME);
        for (int i = 0; i < topics.length; i++) {
            String client = NAME + "." + i;
            String topic = topics[i];
            new Thread(() -> {
                work(producer, topic, client);
                working.countDown();
            }).start();
        }
        working.await();
        note("over", NAME);
        told.countDown();
    }

    private static void work(DefaultMQProducer producer, String topic, String client) {
        boolean isOrdered = topic.startsWith("=");
        String name = isOrdered ? topic.substring(1) : topic;
        int pauseMs = Integer.getInteger("chaos.pauseMs");
        for (int n = 0; isRunning; n++) {
            String id = client + "-" + n;
            int fill = ThreadLocalRandom.current().nextInt(n % 20 == 0 ? 8_000 : 300);
            Message message = new Message(name, "TagA", "key-" + id, bytes(id + "\n" + "x".repeat(fill)));
            message.putUserProperty(CLIENT, client);
            message.putUserProperty(ID, id);
            message.putUserProperty(HASH, hashOf(message.getBody()));
            try {
                if (isOrdered) producer.send(message, (queues, sent, key) -> queues.get((Integer) key % queues.size()), n / 50);
                else producer.send(message);
                Thread.sleep(ThreadLocalRandom.current().nextInt(pauseMs));
            } catch (Exception failure) {
                note("gave-up", client, "id", id, "why", why(failure));
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void consume() throws Exception {
        String group = System.getProperty("chaos.group");
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(System.getProperty("chaos.namesrv"));
        consumer.setInstanceName(NAME);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPollNameServerInterval(CLIENT_INTERVAL_MS);
        consumer.setHeartbeatBrokerInterval(CLIENT_INTERVAL_MS);
        consumer.setPersistConsumerOffsetInterval(1_000);
        consumer.setConsumeMessageBatchMaxSize(1);
        for (String topic : System.getProperty("chaos.topics").split(",")) consumer.subscribe(topic, "*");
        // In order: what one member is given of a queue comes one after the other.
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            received(group, messages, context.getMessageQueue());
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        note("ready", NAME);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            note("over", NAME);
            consumer.shutdown();
        }));
    }

    private static void received(String group, List<MessageExt> messages, MessageQueue queue) {
        for (MessageExt message : messages) {
            String body = new String(message.getBody(), StandardCharsets.UTF_8);
            note("receive", NAME, "group", group, "topic", place(queue.getBrokerName(), queue.getTopic()),
                "queueId", message.getQueueId(), "offset", message.getQueueOffset(),
                "id", body.substring(0, Math.max(0, body.indexOf('\n'))), "bodyHash", hashOf(message.getBody()));
        }
    }
}

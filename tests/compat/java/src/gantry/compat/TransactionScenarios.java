package gantry.compat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Needs a broker with a transactionTimeOut and a transactionCheckInterval of some seconds at most. */
final class TransactionScenarios {
    private TransactionScenarios() {
    }

    /** Ends each transaction as the tag of its message says, and reports every check. */
    private static final class Fates implements TransactionListener {
        private final Report report;
        private final Map<String, AtomicInteger> checks = new ConcurrentHashMap<>();
        private final Map<String, Long> sentAt = new ConcurrentHashMap<>();

        Fates(Report report) {
            this.report = report;
        }

        @Override
        public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
            sentAt.put(message.getTransactionId(), System.nanoTime());
            switch (message.getTags()) {
                case "commit": return LocalTransactionState.COMMIT_MESSAGE;
                case "rollback": return LocalTransactionState.ROLLBACK_MESSAGE;
                case "thrown": throw new IllegalStateException("the local transaction failed");
                default: return LocalTransactionState.UNKNOW;
            }
        }

        @Override
        public LocalTransactionState checkLocalTransaction(MessageExt message) {
            String id = message.getTransactionId();
            int times = checks.computeIfAbsent(id, any -> new AtomicInteger()).incrementAndGet();
            report.line("checked", "body", ProducerScenarios.text(message), "times", times,
                "checkTimes", message.getProperty("TRANSACTION_CHECK_TIMES"), "topic", message.getTopic(),
                "queueId", message.getQueueId(), "tags", message.getTags(), "flag", message.getFlag(),
                "transactionId", id, "colour", message.getUserProperty("colour"),
                "afterMs", (System.nanoTime() - sentAt.get(id)) / 1_000_000);
            switch (message.getTags()) {
                case "checkRollback": return LocalTransactionState.ROLLBACK_MESSAGE;
                case "checkTwice": return times < 2 ? LocalTransactionState.UNKNOW : LocalTransactionState.COMMIT_MESSAGE;
                default: return LocalTransactionState.COMMIT_MESSAGE;
            }
        }
    }

    /** Every fate a transaction can have; the marker is sent when all is quiet, and is checked after everything before it. */
    static void transactions(Target target, Report report) throws Exception {
        String topic = target.topic("transactions", 2);
        List<MessageExt> received = Collections.synchronizedList(new ArrayList<>());
        DefaultMQPushConsumer consumer = target.pushConsumer(target.name("transactionConsumers"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            received.addAll(messages);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        TransactionMQProducer producer = new TransactionMQProducer(target.name("transactionProducers"));
        producer.setNamesrvAddr(target.namesrv);
        producer.setInstanceName(topic);
        producer.setSendMsgTimeout(10_000);
        producer.setTransactionListener(new Fates(report));
        producer.start();
        try {
            for (int i = 0; i < 10; i++) for (String fate : new String[] {"commit", "rollback"}) send(producer, report, topic, fate, i);
            for (int i = 0; i < 3; i++)
                for (String fate : new String[] {"checkCommit", "checkRollback", "checkTwice", "thrown"}) send(producer, report, topic, fate, i);
            Target.until("10 + 3 + 3 + 3 messages", () -> received.size() >= 19);
            send(producer, report, topic, "checkTwice", 99);
            Target.until("the marker", () -> received.size() >= 20);
        } finally {
            producer.shutdown();
            consumer.shutdown();
        }
        for (MessageExt message : received) {
            ProducerScenarios.received(report, message);
            report.line("as", "body", ProducerScenarios.text(message), "sysFlag", message.getSysFlag(),
                "TRAN_MSG", message.getProperty("TRAN_MSG"),
                "PGROUP", message.getProperty("PGROUP"), "REAL_TOPIC", message.getProperty("REAL_TOPIC"),
                "REAL_QID", message.getProperty("REAL_QID"), "checkTimes", message.getProperty("TRANSACTION_CHECK_TIMES"),
                "transactionId", message.getProperty("__transactionId__"), "msgId", message.getMsgId());
        }
    }

    private static void send(TransactionMQProducer producer, Report report, String topic, String fate, int number)
        throws Exception {
        String body = fate + " " + number;
        Message message = new Message(topic, fate, "key-" + number, ProducerScenarios.bytes(body));
        message.putUserProperty("colour", "红色");
        message.setFlag(7);
        TransactionSendResult result = producer.sendMessageInTransaction(message, null);
        report.line("sent", "body", body, "status", result.getSendStatus(), "state", result.getLocalTransactionState(),
            "queueId", result.getMessageQueue().getQueueId(), "msgId", result.getMsgId(),
            "transactionId", result.getTransactionId());
    }
}

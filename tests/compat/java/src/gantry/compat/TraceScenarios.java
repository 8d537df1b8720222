package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Clients that trace: a message that is consumed, one that fails once, one whose listener throws, and a transaction. */
final class TraceScenarios {
    private TraceScenarios() {
    }

    /** Shutting down sends the records that are left. */
    static void traced(Target target, Report report) throws Exception {
        String topic = target.topic("traced", 1);
        AtomicInteger done = new AtomicInteger();
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(target.name("tracedConsumers"), true, null);
        consumer.setNamesrvAddr(target.namesrv);
        consumer.setInstanceName(topic + "Consumer");
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setConsumeMessageBatchMaxSize(1);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            MessageExt message = messages.get(0);
            report.line("consumed", "body", text(message), "msgId", message.getMsgId(), "reconsumeTimes", message.getReconsumeTimes());
            if (message.getReconsumeTimes() == 0) {
                if (text(message).equals("late")) return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                if (text(message).equals("thrown")) throw new IllegalStateException("the listener failed");
            }
            done.incrementAndGet();
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        DefaultMQProducer producer = new DefaultMQProducer(target.name("tracedProducers"), true, null);
        producer.setNamesrvAddr(target.namesrv);
        producer.setInstanceName(topic + "Producer");
        producer.setSendMsgTimeout(10_000);
        producer.start();
        for (String body : new String[] {"good", "late", "thrown"}) {
            Message message = new Message(topic, "TagA", "key-" + body, bytes(body));
            sent(report, body, producer.send(message));
        }
        TransactionMQProducer transactions = new TransactionMQProducer(null, target.name("tracedTransactions"), null, true, null);
        transactions.setNamesrvAddr(target.namesrv);
        transactions.setInstanceName(topic + "Transactions");
        transactions.setSendMsgTimeout(10_000);
        transactions.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
                return LocalTransactionState.COMMIT_MESSAGE;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return LocalTransactionState.COMMIT_MESSAGE;
            }
        });
        transactions.start();
        sent(report, "transaction", transactions.sendMessageInTransaction(new Message(topic, bytes("transaction")), null));
        Target.until("four messages consumed", () -> done.get() >= 4);
        producer.shutdown();
        transactions.shutdown();
        consumer.shutdown();
    }

    private static void sent(Report report, String body, SendResult result) {
        report.line("sent", "body", body, "msgId", result.getMsgId(), "offsetMsgId", result.getOffsetMsgId());
    }
}

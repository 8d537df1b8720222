package gantry.compat.grpc;

import gantry.compat.Runner;
import java.util.HashMap;
import java.util.Map;

/** Runs the scenarios named as arguments. Properties: endpoints, prefix, and ssl, which is the client's default unless it is set. */
public final class Driver {
    interface Scenario {
        void run(Target target, gantry.compat.Report report) throws Exception;
    }

    private static final Map<String, Scenario> SCENARIOS = new HashMap<>();

    static {
        SCENARIOS.put("startup", ProducerScenarios::startup);
        SCENARIOS.put("normal", ProducerScenarios::normal);
        SCENARIOS.put("bodies", ProducerScenarios::bodies);
        SCENARIOS.put("refusals", ProducerScenarios::refusals);
        SCENARIOS.put("delay", ProducerScenarios::delay);
        SCENARIOS.put("recall", ProducerScenarios::recall);
        SCENARIOS.put("fates", SimpleScenarios::fates);
        SCENARIOS.put("filters", SimpleScenarios::filters);
        SCENARIOS.put("handles", SimpleScenarios::handles);
        SCENARIOS.put("shared", PushScenarios::shared);
        SCENARIOS.put("failing", PushScenarios::failing);
        SCENARIOS.put("fifo", PushScenarios::fifo);
        SCENARIOS.put("fifoDead", PushScenarios::fifoDead);
        SCENARIOS.put("online", PushScenarios::online);
        SCENARIOS.put("transactions", TransactionScenarios::transactions);
        SCENARIOS.put("patience", TransactionScenarios::patience);
        SCENARIOS.put("load", LoadScenarios::load);
        SCENARIOS.put("interopProduce", InteropScenarios::produce);
        SCENARIOS.put("interopConsume", InteropScenarios::consume);
    }

    private Driver() {
    }

    public static void main(String[] names) {
        Target target = new Target();
        Runner.start(names, name -> report -> SCENARIOS.get(name).run(target, report));
    }
}

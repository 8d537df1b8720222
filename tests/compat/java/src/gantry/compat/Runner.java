package gantry.compat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Runs scenarios, some at a time; the JVM stays until it is killed, since some leave clients online. */
public final class Runner {
    public interface Scenario {
        void run(Report report) throws Exception;
    }

    private Runner() {
    }

    public static void start(String[] names, Function<String, Scenario> scenarioOf) {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        for (String name : names) {
            pool.execute(() -> {
                Report report = new Report(name);
                try {
                    scenarioOf.apply(name).run(report);
                    report.line("done");
                } catch (Throwable failure) {
                    StringWriter trace = new StringWriter();
                    failure.printStackTrace(new PrintWriter(trace));
                    report.line("failed", "error", trace);
                }
            });
        }
    }

    /** Waits until a condition holds; after two minutes the scenario has failed. */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + 120_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new IllegalStateException("waited in vain: " + what);
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}

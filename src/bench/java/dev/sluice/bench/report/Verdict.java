package dev.sluice.bench.report;

import dev.sluice.bench.proxy.SluiceProxy;

/** The result of comparing Sluice's figure with its budget. */
enum Verdict {
    MET("met"),
    MISSED("MISSED"),
    /** Below zero in some round: the added latency is smaller than the noise of the machine. */
    NOISE("noise"),
    /** The budget is a ratio and HAProxy was not measured. */
    NOT_COMPARED("no HAProxy"),
    NO_BUDGET("");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    static Verdict of(Results results, Figure figure) {
        Spread value = results.spread(figure, SluiceProxy.NAME);
        double ratio = results.ratio(figure, SluiceProxy.NAME).median();
        if (!figure.budget().exists() || !value.exists()) {
            return NO_BUDGET;
        }
        if (value.min() < 0) {
            return NOISE;
        }
        if (!figure.budget().judges(ratio)) {
            return NOT_COMPARED;
        }
        return figure.budget().met(value.median(), ratio) ? MET : MISSED;
    }

    String text() {
        return text;
    }
}

package dev.sluice.bench.report;

import dev.sluice.bench.proxy.SluiceProxy;

/** Sluice's figure against its budget. */
enum Verdict {
    MET("met"),
    MISSED("MISSED"),
    /** It came out below zero in some round: what was added is less than what the machine itself moves. */
    NOISE("in the noise"),
    /** HAProxy was not there to compare with. */
    UNJUDGED("no HAProxy"),
    NO_BUDGET("");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    static Verdict of(Findings findings, Figure figure) {
        Spread value = findings.spread(figure, SluiceProxy.NAME);
        double ratio = findings.ratio(figure, SluiceProxy.NAME).median();
        if (!figure.budget().exists() || !value.exists()) {
            return NO_BUDGET;
        }
        if (value.least() < 0) {
            return NOISE;
        }
        if (!figure.budget().judges(ratio)) {
            return UNJUDGED;
        }
        return figure.budget().met(value.median(), ratio) ? MET : MISSED;
    }

    String text() {
        return text;
    }
}

package dev.sluice.quota;

/** The scope of a limit or budget. */
public enum QuotaScope {
    /** One key. */
    KEY("key"),
    /** Each key of a tier by itself; counted with the key. */
    TIER("tier"),
    /** Shared by the keys of a team. */
    TEAM("team"),
    /** Shared by all requests for a route. */
    ROUTE("model"),
    /** Shared by every attempt at a provider. */
    PROVIDER("provider");

    private final String label;

    QuotaScope(String label) {
        this.label = label;
    }

    /** The word for messages and metrics. */
    public String label() {
        return label;
    }
}

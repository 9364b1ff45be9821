package dev.sluice.quota;

/** Whose limit or budget it is. */
public enum QuotaScope {
    /** One key's own. */
    KEY("key"),
    /** What each key of a tier gets for itself; counted with the key. */
    TIER("tier"),
    /** Shared by the keys of a team. */
    TEAM("team"),
    /** Shared by everybody who asks for a route. */
    ROUTE("model"),
    /** Shared by every attempt at a provider. */
    PROVIDER("provider");

    private final String label;

    QuotaScope(String label) {
        this.label = label;
    }

    /** As messages and metrics name it. */
    public String label() {
        return label;
    }
}

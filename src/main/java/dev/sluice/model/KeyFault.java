package dev.sluice.model;

/**
 * What a provider's error means for Sluice's API key.
 *
 * @param scope what the key cannot be used for
 * @param detail the provider's reason, fit for operators and other callers: it quotes nothing of the request; or null
 */
public record KeyFault(Scope scope, String detail) {

    public static final KeyFault NONE = new KeyFault(Scope.NONE, null);
    public static final KeyFault MODEL = new KeyFault(Scope.MODEL, null);
    private static final KeyFault ALL_MODELS = new KeyFault(Scope.ALL_MODELS, null);

    /** What a key cannot be used for. */
    public enum Scope {
        /** The error is about the request. */
        NONE,
        /** Only the wording speaks of the key, and the wording may come from the request. */
        SUSPECTED,
        /** The key is throttled for the requested model. */
        MODEL,
        /** The key is rejected, or its account has no quota left. */
        ALL_MODELS
    }

    /** The fault that an error of this kind has unless its details say otherwise. */
    static KeyFault of(GatewayError.Kind kind) {
        return switch (kind) {
            case RATE_LIMITED -> MODEL;
            case QUOTA_SPENT, PROVIDER_AUTH -> ALL_MODELS;
            default -> NONE;
        };
    }
}

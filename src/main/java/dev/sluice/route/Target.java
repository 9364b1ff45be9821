package dev.sluice.route;

/**
 * One model of one running provider.
 *
 * @param weight its share of requests in weighted strategies; with 0 it is used only when no other target is left
 * @param generation number of the provider's deployment
 */
public record Target(String provider, String model, int weight, long generation) {

    boolean sameAs(Target other) {
        return provider.equals(other.provider) && model.equals(other.model);
    }

    /** Whether this is {@code provider/model}. */
    boolean isNamed(String name) {
        int slash = provider.length();
        return name.length() == slash + 1 + model.length()
                && name.charAt(slash) == '/'
                && name.startsWith(provider)
                && name.endsWith(model);
    }
}

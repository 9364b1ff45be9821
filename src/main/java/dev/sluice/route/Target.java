package dev.sluice.route;

/**
 * One model of one running provider.
 *
 * @param weight its share where a strategy knows shares, 0 for emergencies
 * @param generation which deployment of the provider
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

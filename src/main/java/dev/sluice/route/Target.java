package dev.sluice.route;

/**
 * One model of one running provider.
 *
 * @param generation which deployment of the provider
 */
public record Target(String provider, String model, int weight, long generation) {

    boolean sameAs(Target other) {
        return provider.equals(other.provider) && model.equals(other.model);
    }
}

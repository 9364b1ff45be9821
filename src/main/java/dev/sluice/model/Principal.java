package dev.sluice.model;

import java.util.List;

/**
 * Who is asking, as every later step sees it.
 *
 * @param id the key's public id; {@link #OPEN} has {@code open}
 * @param models patterns of model names this principal may ask for; empty means all
 */
public record Principal(String id, String team, List<String> models) {

    /** Everybody, where no keys are configured (loopback only). */
    public static final Principal OPEN = new Principal("open", null, List.of());

    public boolean mayUse(String model) {
        return models.isEmpty() || models.stream().anyMatch(pattern -> ModelName.matches(pattern, model));
    }
}

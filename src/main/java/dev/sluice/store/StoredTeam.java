package dev.sluice.store;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import java.time.Instant;
import java.util.Map;

/**
 * A team as stored. A team of the same name in the config file takes precedence.
 *
 * @param limits limits shared by its keys
 * @param budget budget shared by its keys, or null
 */
public record StoredTeam(String name, Limits limits, Budget budget, Map<String, String> metadata, Instant createdAt) {}

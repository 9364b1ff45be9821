package dev.sluice.store;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import java.time.Instant;
import java.util.Map;

/**
 * A team as the store has it; one of the same name in the config file counts before it.
 *
 * @param limits that its keys share
 * @param budget that its keys share, or null
 */
public record StoredTeam(String name, Limits limits, Budget budget, Map<String, String> metadata, Instant createdAt) {}

package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The spend of each key and each team since some time, in billionths of a US dollar. */
public record Spend(Map<String, Long> byKey, Map<String, Long> byTeam) {

    /** This spend and that of rows which are not in the ledger yet and started at {@code since} or later. */
    Spend and(List<LedgerRow> waiting, Instant since) {
        long from = since.toEpochMilli();
        Map<String, Long> keys = new HashMap<>(byKey);
        Map<String, Long> teams = new HashMap<>(byTeam);
        for (LedgerRow waits : waiting) {
            AttemptRecord row = waits.attempt();
            if (row.startEpochMillis() >= from && row.costNanoUsd() > 0) {
                if (row.key() != null) {
                    keys.merge(row.key(), row.costNanoUsd(), Long::sum);
                }
                if (row.team() != null) {
                    teams.merge(row.team(), row.costNanoUsd(), Long::sum);
                }
            }
        }
        return new Spend(keys, teams);
    }
}

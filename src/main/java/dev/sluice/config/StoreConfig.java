package dev.sluice.config;

import dev.sluice.binding.ByteSize;
import dev.sluice.binding.Key;
import dev.sluice.binding.Redaction;
import java.time.Duration;

/** The store of keys, teams and the ledger. */
public record StoreConfig(
        @Key(
                value = "sqlite:FILE, or postgresql://user:password@host:port/database.",
                or = "sqlite:data/sluice.db",
                pattern = "sqlite:.+|postgres(ql)?://.+",
                expected = "sqlite:FILE or postgresql://user:password@host:port/database")
        String url,

        @Key("Folder of the journal, which keeps ledger rows until they are in the store. If omitted: beside the"
                + " SQLite file, or data.")
        String journal,

        @Key(
                value = "Maximum size of the journal. When it is full, new requests are refused.",
                or = "256MiB",
                min = 1048576,
                max = 17179869184.0)
        ByteSize maxJournal,

        @Key(
                value = "How long ledger rows are kept, and sums per hour and day, which are kept for at least 31"
                        + " days. Older days are summed per month.",
                was = "keep_rows",
                or = "90d",
                min = 3600000,
                max = 315360000000.0)
        Duration retention,

        @Key(
                value = "How long Sluice remembers which key or team owns a file or batch at a provider, counted from"
                        + " its last use through Sluice. Afterwards its owner gets 404 for it, unless it sees all"
                        + " owners.",
                or = "400d",
                min = 86400000,
                max = 315360000000.0)
        Duration ownerRetention,

        @Key(
                value = "How long known keys are accepted while the store is down.",
                was = "keys_good_for",
                or = "1h",
                min = 0,
                max = 604800000)
        Duration keyCacheTtl,

        @Key(value = "Whether there is a store. false: only the keys of this file, and no ledger.", or = "true")
        boolean enabled) {

    /** Without the password. */
    @Override
    public String toString() {
        return "StoreConfig[" + Redaction.url(url) + (enabled ? "]" : ", off]");
    }
}

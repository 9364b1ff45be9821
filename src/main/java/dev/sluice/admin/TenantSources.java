package dev.sluice.admin;

import dev.sluice.auth.keys.KeyService;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.quota.Quota;
import dev.sluice.store.Store;
import java.util.function.Supplier;

/**
 * Keys, teams, budgets and usage.
 *
 * @param config what serves
 * @param store null when the config has none
 * @param quota what is spent just now; null where no gateway runs
 * @param keyService makes keys
 * @param issuer one line about the keys of the issuer, for people
 */
public record TenantSources(
        Supplier<SluiceConfig> config, Store store, Quota quota, KeyService keyService, Supplier<String> issuer) {

    /** @throws GatewayException UNAVAILABLE when the config has no store */
    Store stored() {
        if (store == null) {
            throw new GatewayException(GatewayError.of(
                            Kind.UNAVAILABLE,
                            "store.enabled is false, so there are only the keys of the config file, and no ledger")
                    .withCode("no_store"));
        }
        return store;
    }
}

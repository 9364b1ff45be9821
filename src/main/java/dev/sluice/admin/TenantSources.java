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
 * The services behind keys, teams, budgets and usage.
 *
 * @param config the active config
 * @param store null if the config has none
 * @param quota the current spending; null without a running gateway
 * @param keyService creates and changes keys
 * @param issuer state of the issuer's keys as text
 */
public record TenantSources(
        Supplier<SluiceConfig> config, Store store, Quota quota, KeyService keyService, Supplier<String> issuer) {

    /** @throws GatewayException UNAVAILABLE if the config has no store */
    Store stored() {
        if (store == null) {
            throw new GatewayException(GatewayError.of(
                            Kind.UNAVAILABLE,
                            "the store is disabled: there are only the keys and teams of the config file, and no ledger"
                                    + " (expected: store.enabled: true)")
                    .withCode("no_store"));
        }
        return store;
    }
}

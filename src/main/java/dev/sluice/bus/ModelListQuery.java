package dev.sluice.bus;

import dev.sluice.catalog.ListedModel;
import java.util.List;

/**
 * Requests a provider's own model list. The last known list is returned, however old; one that is too old is refreshed
 * meanwhile.
 *
 * @param waitMillis how long the first fetch is awaited, from its start
 */
public record ModelListQuery(long waitMillis) {

    /** @param models the same object while the list is unchanged; empty when no list is known */
    public record Result(List<ListedModel> models) {}
}

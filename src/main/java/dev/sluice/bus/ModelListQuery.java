package dev.sluice.bus;

import dev.sluice.catalog.ListedModel;
import java.util.List;

/**
 * Asks a provider's verticle which models the provider's own list has. It is answered from memory where that is known,
 * however old: what is too old is asked for anew meanwhile.
 *
 * @param waitMillis how long the first answer may be waited for, from when the provider was asked
 */
public record ModelListQuery(long waitMillis) {

    /** @param models the same object for as long as the list says the same; empty when nothing is known */
    public record Result(List<ListedModel> models) {}
}

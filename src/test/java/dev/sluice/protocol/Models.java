package dev.sluice.protocol;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.Set;

/** Targets to write requests for. */
public final class Models {

    private Models() {}

    public static UpstreamModel of(String model, Trait... traits) {
        return of(model, Quirks.NONE, traits);
    }

    public static UpstreamModel of(String model, Quirks quirks, Trait... traits) {
        return new UpstreamModel("p", "t", model, null, quirks, new ModelFacts(0, 0, Set.of(traits)));
    }
}

package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models of the built-in table that have most in common. */
record ModelFamily(
        @Key(value = "Where the figures are from.", required = true)
        String source,

        @Key(value = "Date of the source.", required = true, pattern = "\\d{4}-\\d{2}(-\\d{2})?")
        String asOf,

        @Key("Provider types whose prices these are.") List<String> types,
        @Key("Facts that hold for all.") ModelInfo all,
        @Key("Name or pattern to what holds for one.") Map<String, ModelInfo> models) {

    /** Each model with what it shares. A model with prices of its own still has the family's tiers. */
    Map<String, ModelInfo> whole() {
        Map<String, ModelInfo> whole = new LinkedHashMap<>();
        models.forEach((name, info) ->
                whole.put(name, (info.tiers().isEmpty() ? info.withTiers(all.tiers()) : info).over(all)));
        return whole;
    }
}

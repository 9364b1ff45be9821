package dev.sluice.dependencies;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A component of a CycloneDX bill of materials. */
record SbomComponent(String library, String version, List<String> licenses) {

    static List<SbomComponent> of(JsonObject sbom) {
        return sbom.getJsonArray("components").stream()
                .map(JsonObject.class::cast)
                .map(SbomComponent::parse)
                .toList();
    }

    private static SbomComponent parse(JsonObject component) {
        List<String> licenses = component.getJsonArray("licenses", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .map(each -> each.getJsonObject("license", each))
                .map(each -> each.getString("id", each.getString("name", each.getString("expression", ""))))
                .toList();
        return new SbomComponent(
                component.getString("group") + ":" + component.getString("name"),
                component.getString("version"),
                licenses);
    }
}

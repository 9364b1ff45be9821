package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Catalog;
import dev.sluice.config.ProviderType;
import org.junit.jupiter.api.Test;

class DialectsTest {

    /** A provider whose format has no path could not be asked anything. */
    @Test
    void everyFormatOfTheCatalogueHasItsPath() {
        for (String name : Catalog.builtIn().names()) {
            ProviderType type = Catalog.builtIn().type(name);
            for (String format : type.dialects()) {
                ProviderDialect dialect = Dialects.named(format);
                assertThat(type.paths()).as(name).containsKeys(dialect.path(true), dialect.path(false));
            }
        }
    }

    @Test
    void areFoundByTheirNamesOrSaidToBeMissing() {
        assertThat(Dialects.named("openai-chat").name()).isEqualTo("openai-chat");
        assertThatThrownBy(() -> Dialects.named("klingon"))
                .hasMessage("dialect: \"klingon\" (expected one of: openai-chat, cohere-v2, perplexity-agent)");
    }
}

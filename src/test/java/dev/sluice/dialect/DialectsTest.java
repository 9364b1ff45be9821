package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DialectsTest {

    @Test
    void areFoundByTheirNamesOrSaidToBeMissing() {
        assertThat(Dialects.named("openai-chat").name()).isEqualTo("openai-chat");
        assertThatThrownBy(() -> Dialects.named("klingon"))
                .hasMessageStartingWith("dialect: \"klingon\" (expected one of: openai-chat, ");
    }
}

package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Protocols;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SurfaceTest {

    @ParameterizedTest
    @EnumSource
    void exactlyTheSurfacesWithAClientProtocolAreConversations(Surface surface) {
        assertThat(surface.isConversation()).isEqualTo(Protocols.of(surface) != null);
    }

    @Test
    void countsAreOfConversations() {
        assertThat(Arrays.stream(Surface.values()).filter(Surface::isCount))
                .containsExactly(Surface.COUNT_TOKENS, Surface.INPUT_TOKENS, Surface.GENERATE_COUNT)
                .allMatch(surface -> surface.counted().isConversation())
                .noneMatch(Surface::isConversation);
    }
}

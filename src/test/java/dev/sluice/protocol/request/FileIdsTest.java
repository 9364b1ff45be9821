package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files a body names, as the most lenient provider would read it. */
class FileIdsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file_id",
                "file_ids",
                "File_Id",
                "FILE_IDS",
                "fileId",
                "fileIds",
                "fileid",
                "file-id",
                "_file_id",
                "file__id",
                "f\\u0069le_id",
                "file_id\u017F",
                "file_id_"
            })
    void everySpellingOfTheNameCounts(String name) {
        assertThat(ids("{\"x\":[{\"" + name + "\":\"file-abc\"}]}")).containsExactly("file-abc");
        assertThat(ids("[{\"" + name + "\":[\"file-abc\"]}]")).containsExactly("file-abc");
        assertThat(FileIds.of(request("{}", ",\"" + name + "\":\"file-abc\""))).containsExactly("file-abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "file_data", "filename", "file_idx", "profile_id", "file_id_s_x", "id"})
    void otherNamesDoNot(String name) {
        assertThat(ids("{\"" + name + "\":\"file-abc\"}")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "` file-abc`|file-abc",
                "`file-abc\\n`|file-abc",
                "`\\u200Bfile\\u00AD-abc`|file-abc",
                "`%66ile-abc`|file-abc",
                "`files/file-abc`|file-abc",
                "`../files/file-abc?x=1`|file-abc",
                "`file-abc\\u0000`|file-abc",
                "`497F6ECA-6276-4993-BFEB-53CBBBBA6F09`|497f6eca-6276-4993-bfeb-53cbbbba6f09",
                "`497f6eca62764993bfeb53cbbbba6f09`|497f6eca-6276-4993-bfeb-53cbbbba6f09",
                "`{497f6eca-6276-4993-bfeb-53cbbbba6f09}`|497f6eca-6276-4993-bfeb-53cbbbba6f09"
            })
    void anIdCountsAsALenientProviderReadsIt(String written, String id) {
        assertThat(ids("{\"file_id\":\"" + written + "\"}")).contains(id);
    }

    @Test
    void aUuidMayHaveItsPrefix() {
        assertThat(ids("{\"file_id\":\"urn:uuid:497f6eca-6276-4993-bfeb-53cbbbba6f09\"}"))
                .contains("497f6eca-6276-4993-bfeb-53cbbbba6f09");
    }

    @Test
    void aNumberIsAnId() {
        assertThat(ids("{\"file_id\":12}")).containsExactly("12");
    }

    @Test
    void theNumberOfIdsIsBounded() {
        String ids = "{\"file_ids\":[\"a b c d e f\"" + ",\"a b c d e f\"".repeat(499) + "%s]}";

        assertThat(ids(ids.formatted(""))).hasSizeLessThan(10);
        assertThatThrownBy(() -> ids(ids.formatted(",1")))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.error().code()).isEqualTo("too_many_files"));
    }

    private static Set<String> ids(String content) {
        return FileIds.of(request(content, ""));
    }

    private static ClientRequest request(String content, String member) {
        return Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]" + member
                        + "}"));
    }
}

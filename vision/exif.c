#include "vision/codec.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, ENTRY_SIZE = 12, ENTRIES_MAX = 256 };

static uint32_t number(const uint8_t *at, int bytes, bool little)
{
        uint32_t value = 0;
        for (int i = 0; i < bytes; i++)
                value = value << 8 | at[little ? bytes - 1 - i : i];
        return value;
}

/* Only the first directory is read, and no offset in it is followed: loops and lies lead nowhere. */
int exif_orientation(struct str tiff)
{
        const uint8_t *bytes = (const uint8_t *)tiff.ptr;
        if (tiff.len < 8 || (memcmp(bytes, "II*\0", 4) != 0 && memcmp(bytes, "MM\0*", 4) != 0))
                return 1;
        bool little = bytes[0] == 'I';
        size_t at = number(bytes + 4, 4, little);
        if (at < 8 || at > tiff.len - 2)
                return 1;
        size_t entries = MIN(number(bytes + at, 2, little), (uint32_t)ENTRIES_MAX);
        at += 2;
        for (size_t i = 0; i < entries && tiff.len - at >= ENTRY_SIZE; i++, at += ENTRY_SIZE) {
                const uint8_t *entry = bytes + at;
                if (number(entry, 2, little) != TAG_ORIENTATION)
                        continue;
                uint32_t value = number(entry + 8, 2, little);
                if (number(entry + 2, 2, little) != TYPE_SHORT || value < 1 || value > 8)
                        return 1;
                return (int)value;
        }
        return 1;
}

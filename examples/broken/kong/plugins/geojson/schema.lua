return {
  name = "geojson",
  fields = {
    {
      config = {
        type = "record",
        fields = {
          { location = { type = "string", required = true, default = "location" } },
        },
      },
    },
  },
}

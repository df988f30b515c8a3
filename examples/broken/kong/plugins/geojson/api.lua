return {
  ["/geojson"] = {
    GET = function()
      return kong.response.exit(200, { version = "1.0.0" })
    end,
  },
}
